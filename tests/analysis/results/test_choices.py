"""Under each arm the fastest case, against the fastest of another mode, from the blocks that both share."""

import math
from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from harness.analysis.results.choices import choices
from harness.analysis.samples.readings import readings
from harness.records import Case, Choice, Experiment
from tests.builders import a_case, a_choice, a_trial, a_workload, an_experiment, settings

CASES = (("serial", 1), ("threads", 2), ("threads", 4), ("processes", 2))


def chosen(
    seconds: Mapping[tuple[str, int], Sequence[float | None]], experiment: Experiment | None = None
) -> list[Choice]:
    """Choices from seconds per (mode, workers), one for each block from 1 on; None where a trial is missing."""
    trials = [
        a_trial("3.13", mode, workers, block, duration)
        for (mode, workers), row in seconds.items()
        for block, duration in enumerate(row, start=1)
        if duration is not None
    ]
    experiment = experiment or an_experiment(("3.13",), CASES)
    return choices(experiment, readings(experiment, trials))


def fib(mode: str, workers: int) -> Case:
    return a_case("fib", mode, workers)


def test_the_next_best_is_another_mode_and_not_another_count_of_the_same() -> None:
    (choice,) = chosen({("serial", 1): [0.8], ("threads", 2): [0.2], ("threads", 4): [0.3], ("processes", 2): [0.4]})

    assert (choice.workload, choice.arm) == ("fib", "3.13")
    assert (choice.best, choice.next_best) == (fib("threads", 2), fib("processes", 2))
    assert choice.estimate is not None
    assert math.isclose(choice.estimate.point, 2.0)


def test_each_mode_is_represented_by_its_fastest_count() -> None:
    (choice,) = chosen({("serial", 1): [0.1], ("threads", 2): [0.4], ("threads", 4): [0.3]})

    assert (choice.best, choice.next_best) == (fib("serial", 1), fib("threads", 4))
    assert choice.estimate is not None
    assert math.isclose(choice.estimate.point, 3.0)


def test_the_ratio_is_paired_within_blocks_so_drift_leaves_no_trace() -> None:
    (choice,) = chosen({("threads", 2): [0.1, 0.2, 0.7], ("processes", 2): [0.15, 0.3, 1.05]})

    assert choice.estimate is not None
    assert choice.estimate.interval is not None
    assert [round(edge, 9) for edge in (choice.estimate.point, *choice.estimate.interval)] == [1.5, 1.5, 1.5]
    assert (choice.estimate.blocks, choice.provisional) == (3, True)


def test_only_blocks_that_have_both_count() -> None:
    (choice,) = chosen({("threads", 2): [0.1, None, 0.1], ("processes", 2): [0.2, 0.2, None]})

    assert choice.estimate is not None
    assert (round(choice.estimate.point, 9), choice.estimate.low, choice.estimate.high, choice.estimate.blocks) == (
        2.0,
        None,
        None,
        1,
    )


def test_without_a_common_block_the_two_are_named_and_not_compared() -> None:
    assert chosen({("threads", 2): [0.1, None], ("processes", 2): [None, 0.2]}) == [
        a_choice(("threads", 2), ("processes", 2), None, None, None, provisional=True)
    ]


def test_one_mode_alone_has_no_next_best() -> None:
    assert chosen({("threads", 2): [0.2], ("threads", 4): [0.1]}) == [
        a_choice(("threads", 4), None, None, None, None, provisional=True)
    ]


def test_an_interval_that_includes_1_shows_no_difference() -> None:
    (choice,) = chosen({("threads", 2): [0.1, 0.1, 0.1], ("processes", 2): [0.12, 0.09, 0.11]})

    assert choice.estimate is not None
    assert choice.estimate.interval is not None
    low, high = choice.estimate.interval
    assert low < 1 < choice.estimate.point < high


def test_ten_blocks_are_no_longer_provisional_unless_the_run_is_quick() -> None:
    seconds = {("threads", 2): [0.1] * 10, ("processes", 2): [0.2] * 10}
    quick = an_experiment(("3.13",), CASES, settings=settings(profile="quick"))

    assert [choice.provisional for choice in chosen(seconds)] == [False]
    assert [choice.provisional for choice in chosen(seconds, quick)] == [True]


def test_every_workload_chooses_under_every_arm_that_has_trials() -> None:
    experiment = an_experiment(("3.12", "3.13"), CASES, [a_workload("a"), a_workload("b")])
    trials = [a_trial("3.13", workload="b"), a_trial("3.12", workload="a"), a_trial("3.13", workload="a")]

    assert [(each.workload, each.arm) for each in choices(experiment, readings(experiment, trials))] == [
        ("a", "3.12"),
        ("a", "3.13"),
        ("b", "3.13"),
    ]


def test_trials_that_cannot_be_compared_do_not_choose() -> None:
    odd = replace(a_trial("3.13", "threads", 2, seconds=0.01), answer="b" * 64)
    serial = [a_trial("3.13", block=block) for block in (1, 2)]

    assert [
        each.best
        for each in choices(an_experiment(("3.13",), CASES), readings(an_experiment(("3.13",), CASES), [odd, *serial]))
    ] == [fib("serial", 1)]


def test_the_state_that_a_thread_leaves_is_no_mode_to_choose() -> None:
    cases = (("serial", 1), ("serial-after-thread", 1), ("threads", 2))
    seconds = {("serial", 1): [0.2], ("serial-after-thread", 1): [0.1], ("threads", 2): [0.4]}
    (choice,) = chosen(seconds, an_experiment(("3.13",), cases))

    assert (choice.best, choice.next_best) == (fib("serial", 1), fib("threads", 2))


def test_under_weak_scaling_the_shortest_time_is_no_choice() -> None:
    weak = an_experiment(("3.13",), CASES, settings=settings(scaling="weak"))

    assert chosen({("serial", 1): [0.1], ("threads", 2): [0.1]}, weak) == []
