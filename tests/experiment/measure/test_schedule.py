"""The order within a block is random, complete and repeatable."""

from itertools import groupby

import msgspec

from harness.experiment.measure.schedule import order
from harness.records import Case, Control, PlannedCase

CASES = [
    PlannedCase(case=Case(workload="fib", mode="threads", workers=n), loops=1, values=1, warmups=1) for n in range(1, 6)
]
ARMS = ["3.12", "3.13", "3.13t"]


def test_a_block_has_every_case_under_every_arm_once() -> None:
    turns = order(CASES, ARMS, seed=1, block=1)

    assert sorted(turn.side for turn in turns) == sorted(case.case.under(arm) for case in CASES for arm in ARMS)
    assert [turn.number for turn in turns] == list(range(15))
    assert [turn.number for turn in order(CASES, ARMS, seed=1, block=3)] == list(range(30, 45))


def test_the_arms_of_a_case_run_back_to_back() -> None:
    turns = order(CASES, ARMS, seed=1, block=1)

    assert all(len({turn.planned for turn in turns[first : first + 3]}) == 1 for first in range(0, 15, 3))


def test_the_cases_of_a_workload_run_back_to_back() -> None:
    others = [msgspec.structs.replace(p, case=msgspec.structs.replace(p.case, workload="download")) for p in CASES]
    turns = order([*CASES, *others], ARMS, seed=1, block=1)

    assert [workload for workload, _ in groupby(turns, key=lambda turn: turn.side.workload)] in (
        ["fib", "download"],
        ["download", "fib"],
    )


def test_seed_and_block_alone_decide_the_order() -> None:
    assert order(CASES, ARMS, seed=1, block=2) == order(list(CASES), list(ARMS), seed=1, block=2)
    assert order(CASES, ARMS, seed=1, block=2) != order(CASES, ARMS, seed=2, block=2)
    assert [t.side for t in order(CASES, ARMS, seed=1, block=1)] != [
        t.side for t in order(CASES, ARMS, seed=1, block=2)
    ]


def test_every_arm_comes_first_about_as_often_as_the_others() -> None:
    firsts = [order(CASES[:1], ARMS, seed=7, block=block)[0].arm for block in range(1, 3001)]

    # Binomial with p = 1/3 and n = 3000: mean 1000, five standard deviations are 129; the seed is fixed.
    assert all(871 < firsts.count(arm) < 1129 for arm in ARMS)


CONTROL = Control(label="3.13t-control", of="3.13t", cases=(CASES[1].case, CASES[3].case))


def test_a_control_runs_back_to_back_with_the_arms_of_its_cases_and_in_no_other() -> None:
    turns = order(CASES, ARMS, seed=1, block=1, control=CONTROL)
    together = [[turn.arm for turn in group] for _, group in groupby(turns, key=lambda turn: turn.planned)]
    doubled = [planned for planned, _ in groupby(turns, key=lambda turn: turn.planned)]

    assert sorted(map(len, together)) == [3, 3, 3, 4, 4]
    assert all(
        sorted(arms) == sorted([*ARMS, CONTROL.label] if planned.case in CONTROL.cases else ARMS)
        for planned, arms in zip(doubled, together, strict=True)
    )


def test_with_a_control_every_turn_of_the_run_has_a_number_of_its_own() -> None:
    numbers = [turn.number for block in (1, 2, 3) for turn in order(CASES, ARMS, seed=1, block=block, control=CONTROL)]

    assert numbers == list(range(3 * 17))


def test_a_control_comes_first_about_as_often_as_the_arms() -> None:
    firsts = [order(CASES[1:2], ARMS, seed=7, block=block, control=CONTROL)[0].arm for block in range(1, 3001)]

    # Binomial with p = 1/4 and n = 3000: mean 750, five standard deviations are 119; the seed is fixed.
    assert all(631 < firsts.count(arm) < 869 for arm in [*ARMS, CONTROL.label])
