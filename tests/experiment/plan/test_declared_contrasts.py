"""Which contrasts are declared, and which of them get a verdict."""

from collections.abc import Iterable

from harness.experiment.plan.declared_contrasts import declare
from harness.records import Case, Mode, Pair
from tests.builders import an_arm

CASES = [
    Case(workload="fib", mode="serial", workers=1),
    Case(workload="fib", mode="threads", workers=2),
    Case(workload="fib", mode="processes", workers=2),
]


def listed(pairs: Iterable[Pair], *, primary: bool) -> list[str]:
    return [f"{pair.subject} / {pair.baseline}" for pair in pairs if pair.primary is primary]


def test_primaries_are_the_free_threaded_arm_against_both_gil_arms_and_threads_against_processes() -> None:
    arms = [an_arm("3.13"), an_arm("3.13t-gil"), an_arm("3.13t")]

    assert listed(declare(CASES, arms), primary=True) == [
        "fib/processes/2 on 3.13t / fib/processes/2 on 3.13",
        "fib/serial on 3.13t / fib/serial on 3.13",
        "fib/threads/2 on 3.13t / fib/threads/2 on 3.13",
        "fib/processes/2 on 3.13t / fib/processes/2 on 3.13t-gil",
        "fib/serial on 3.13t / fib/serial on 3.13t-gil",
        "fib/threads/2 on 3.13t / fib/threads/2 on 3.13t-gil",
        "fib/threads/2 on 3.13 / fib/processes/2 on 3.13",
        "fib/threads/2 on 3.13t-gil / fib/processes/2 on 3.13t-gil",
        "fib/threads/2 on 3.13t / fib/processes/2 on 3.13t",
    ]


def test_speed_ups_and_versions_are_shown_without_a_verdict() -> None:
    assert listed(declare(CASES, [an_arm("3.12"), an_arm("3.13")]), primary=False) == [
        "fib/processes/2 on 3.12 / fib/serial on 3.12",
        "fib/threads/2 on 3.12 / fib/serial on 3.12",
        "fib/processes/2 on 3.13 / fib/serial on 3.13",
        "fib/threads/2 on 3.13 / fib/serial on 3.13",
        "fib/processes/2 on 3.13 / fib/processes/2 on 3.12",
        "fib/serial on 3.13 / fib/serial on 3.12",
        "fib/threads/2 on 3.13 / fib/threads/2 on 3.12",
    ]


def test_threads_meet_processes_at_equal_workers_only() -> None:
    spots: list[tuple[Mode, int]] = [("threads", 5), ("processes", 2)]
    cases = [Case(workload="fib", mode=mode, workers=count) for mode, count in spots]

    assert declare(cases, [an_arm("3.13")]) == []


def test_no_contrast_is_declared_twice() -> None:
    arms = [an_arm(label) for label in ("3.12", "3.13", "3.13t-gil", "3.13t")]
    sides = [(pair.subject, pair.baseline) for pair in declare(CASES, arms)]

    assert len(sides) == len(set(sides))


def test_the_state_after_a_thread_is_held_against_serial_under_the_same_arm() -> None:
    cases = [*CASES[:1], Case(workload="fib", mode="serial-after-thread", workers=1)]

    assert listed(declare(cases, [an_arm("3.13")]), primary=False) == [
        "fib/serial-after-thread on 3.13 / fib/serial on 3.13"
    ]
