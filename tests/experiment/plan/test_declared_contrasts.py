"""Which contrasts are declared, and which of them get a verdict."""

from collections.abc import Iterable, Sequence

from harness.experiment.plan.declared_contrasts import LEAST, MOST, declare
from harness.records import Arm, Case, Mode, Pair, Workload
from tests.builders import a_workload, an_arm

Spots = Sequence[tuple[Mode, int]]
CPU: Spots = (("serial", 1), ("serial-after-thread", 1), ("threads", 2), ("processes", 2))
IO: Spots = (("serial", 1), ("threads", 20), ("processes", 20), ("asyncio", 20))
FIB, DOWNLOAD = a_workload(), a_workload("download", bound="io")
ARMS = [an_arm(label) for label in ("3.12", "3.13", "3.13t-gil", "3.13t")]


def cases(workload: str, spots: Spots) -> list[Case]:
    return [Case(workload=workload, mode=mode, workers=workers) for mode, workers in spots]


def declared(spots: Spots, arms: Sequence[Arm] = ARMS, workload: Workload = FIB, *, weak: bool = False) -> list[Pair]:
    return declare([workload], cases(workload.name, spots), arms, 2, weak=weak)


def listed(pairs: Iterable[Pair], *, primary: bool) -> list[str]:
    return [f"{pair.subject} / {pair.baseline}" for pair in pairs if pair.primary is primary]


def test_the_primaries_of_computing_ask_for_gain_cost_and_the_use_of_threads() -> None:
    assert listed(declared(CPU), primary=True)[:8] == [
        "fib/threads/2 on 3.13t / fib/threads/2 on 3.13",
        "fib/threads/2 on 3.13t / fib/processes/2 on 3.13t",
        "fib/serial on 3.13t / fib/serial on 3.13",
        "fib/serial on 3.13t-gil / fib/serial on 3.13",
        "fib/threads/2 on 3.13t / fib/threads/2 on 3.13t-gil",
        "fib/threads/2 on 3.13t / fib/serial on 3.13",
        "fib/threads/2 on 3.13t / fib/processes/2 on 3.13",
        "fib/threads/2 on 3.13t / fib/serial-after-thread on 3.13t",
    ]


def test_the_primaries_of_waiting_compare_its_modes() -> None:
    pairs = listed(declared(IO, workload=DOWNLOAD), primary=True)

    assert pairs[:3] == [
        "download/threads/20 on 3.13t / download/threads/20 on 3.13",
        "download/asyncio/20 on 3.13t / download/threads/20 on 3.13t",
        "download/threads/20 on 3.13t / download/processes/20 on 3.13t",
    ]
    assert 8 <= len(pairs) <= 10


def test_only_the_largest_count_that_fits_the_cpus_has_primaries() -> None:
    pairs = listed(declared((*CPU, ("threads", 1), ("processes", 1), ("threads", 4), ("processes", 4))), primary=True)

    assert not [pair for pair in pairs if "/1" in pair or "/4" in pair]


def test_a_group_of_many_workloads_has_about_a_dozen_and_each_has_two() -> None:
    for count in (2, 6, 20):
        workloads = [a_workload(f"w{number}") for number in range(count)]
        every = [case for workload in workloads for case in cases(workload.name, CPU)]
        pairs = [pair for pair in declare(workloads, every, ARMS, 2) if pair.primary]

        by_workload = [sum(pair.subject.workload == workload.name for pair in pairs) for workload in workloads]
        assert min(by_workload) == max(by_workload) == max(LEAST, MOST // count)


def test_workloads_of_another_kind_or_group_are_another_family() -> None:
    pairs = declare([FIB, DOWNLOAD], [*cases("fib", CPU), *cases("download", IO)], ARMS, 2)

    assert sum(pair.primary and pair.subject.workload == "fib" for pair in pairs) == len(
        listed(declared(CPU), primary=True)
    )


def test_what_grows_with_the_workers_is_not_held_against_serial_work() -> None:
    pairs = [pair for pair in declared(CPU, weak=True) if pair.primary]

    assert pairs
    assert not [pair for pair in pairs if pair.subject.mode == "threads" and pair.baseline.mode.startswith("serial")]


def test_without_a_free_threaded_arm_the_modes_and_versions_have_primaries() -> None:
    assert listed(declared(CPU, [an_arm("3.12"), an_arm("3.13")]), primary=True)[:4] == [
        "fib/threads/2 on 3.13 / fib/processes/2 on 3.13",
        "fib/threads/2 on 3.12 / fib/processes/2 on 3.12",
        "fib/threads/2 on 3.13 / fib/threads/2 on 3.12",
        "fib/processes/2 on 3.13 / fib/processes/2 on 3.12",
    ]


def test_speed_ups_and_versions_are_shown_without_a_verdict() -> None:
    others = listed(declared(CPU), primary=False)

    assert "fib/threads/2 on 3.12 / fib/serial on 3.12" in others
    assert "fib/serial on 3.13 / fib/serial on 3.12" in others
    assert "fib/threads/2 on 3.12 / fib/serial-after-thread on 3.12" in others


def test_threads_meet_processes_at_equal_workers_only() -> None:
    assert declared((("threads", 5), ("processes", 2)), [an_arm("3.13")]) == []


def test_no_contrast_is_declared_twice() -> None:
    sides = [(pair.subject, pair.baseline) for pair in declared((*CPU, ("threads", 1), ("processes", 1)))]

    assert len(sides) == len(set(sides))


def test_the_state_after_a_thread_is_held_against_serial_under_the_same_arm() -> None:
    pairs = declared((("serial", 1), ("serial-after-thread", 1)), [an_arm("3.13")])

    assert listed(pairs, primary=False) == ["fib/serial-after-thread on 3.13 / fib/serial on 3.13"]
