"""The sentences about I/O-bound work: modes, arms and serial at as many workers, in words that fit waiting."""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from harness.records import Contrast
from harness.report.sentences.first_screen import conclusions
from harness.report.sentences.io_bound import compared_cases
from harness.report.workload_results import WorkloadResults
from tests.builders import IO_CASES, Spot, a_contrast, a_workload, an_experiment
from tests.report.built_results import built_results, side

MANY: tuple[tuple[str, int], ...] = (
    *IO_CASES,
    ("threads", 160),
    ("asyncio", 160),
    ("threads", 5),
    ("processes", 5),
    ("asyncio", 5),
)


def ratio(subject: Spot, baseline: Spot, point: float, low: float, high: float, **fields: Any) -> Contrast:
    sides = side(subject, "download"), side(baseline, "download")
    return a_contrast(point, low, high, subject=sides[0], baseline=sides[1], **fields)


def of_download(
    contrasts: Sequence[Contrast] = (),
    cases: Sequence[tuple[str, int]] = MANY,
    **fields: Any,
) -> WorkloadResults:
    workload = a_workload("download", bound="io")
    experiment = an_experiment(cases=cases, workloads=[workload], **fields)
    results = built_results(experiment, contrasts=contrasts)
    times = [replace(time, side=replace(time.side, workload="download")) for time in results.times]
    return built_results(experiment, contrasts=contrasts, times=times).of(workload)


def sentences(*contrasts: Contrast, **fields: Any) -> tuple[str, ...]:
    return conclusions(of_download(contrasts, **fields))


def test_modes_are_compared_at_the_most_workers_that_all_have_in_common_whatever_the_cpus() -> None:
    cases = compared_cases(of_download(usable_cpus=2))

    assert {mode: case.workers for mode, case in cases.items()} == {"threads": 20, "processes": 20, "asyncio": 20}


def test_without_a_common_count_each_mode_has_its_own_largest() -> None:
    cases = compared_cases(of_download(cases=[("serial", 1), ("threads", 5), ("processes", 2), ("asyncio", 160)]))

    assert {mode: case.workers for mode, case in cases.items()} == {"threads": 5, "processes": 2, "asyncio": 160}


def test_modes_come_first_and_then_the_free_threaded_build() -> None:
    contrasts = [
        ratio(("3.13t", "asyncio", 20), ("3.13", "asyncio", 20), 0.77, 0.75, 0.79),
        ratio(("3.13t", "threads", 20), ("3.13", "threads", 20), 1.25, 1.22, 1.28),
        ratio(("3.13t", "threads", 20), ("3.13t-gil", "threads", 20), 1.01, 0.97, 1.05),
        ratio(("3.13", "threads", 20), ("3.13", "processes", 20), 2.0, 1.95, 2.05),
        ratio(("3.13", "asyncio", 20), ("3.13", "threads", 20), 1.4, 1.35, 1.45, primary=False),
        ratio(("3.13t", "asyncio", 20), ("3.13t", "threads", 20), 0.86, 0.84, 0.88, primary=False),
        ratio(("3.13", "asyncio", 160), ("3.13", "threads", 160), 9.0, 8.0, 10.0, primary=False),
    ]

    assert sentences(*contrasts) == (
        "With 20 workers, download in asyncio compared with threads under the same arm: faster on 3.13 (1.40 [1.35, 1.45]); "
        "slower on 3.13t by 1.16× (0.86 [0.84, 0.88]).",
        "With 20 workers, download in threads compared with processes under the same arm: "
        "faster on 3.13 (2.00 [1.95, 2.05]).",
        "With 20 workers, download on 3.13t compared with 3.13: faster in threads (1.25 [1.22, 1.28]); "
        "slower in asyncio by 1.30× (0.77 [0.75, 0.79]). Compared with the same build with its GIL on: "
        "no difference shown in threads (1.01 [0.97, 1.05]).",
    )


def test_waiting_is_not_spoken_of_as_computing() -> None:
    even = ratio(("3.13", "threads", 20), ("3.13", "processes", 20), 0.99, 0.97, 1.01)

    assert sentences(even) == (
        "With 20 workers, download in threads compared with processes under the same arm: "
        "no difference shown on 3.13 (0.99 [0.97, 1.01]).",
    )


def test_at_different_worker_counts_each_ratio_names_its_own() -> None:
    cases: list[tuple[str, int]] = [("serial", 1), ("threads", 5), ("asyncio", 160)]
    contrasts = [
        ratio(("3.13t", "threads", 5), ("3.13", "threads", 5), 1.25, 1.22, 1.28),
        ratio(("3.13t", "asyncio", 160), ("3.13", "asyncio", 160), 0.77, 0.75, 0.79),
    ]

    assert sentences(*contrasts, cases=cases) == (
        "download on 3.13t compared with 3.13: faster in threads 5 (1.25 [1.22, 1.28]); "
        "slower in asyncio 160 by 1.30× (0.77 [0.75, 0.79]).",
    )


def test_where_nothing_could_be_compared_there_are_times() -> None:
    assert sentences(cases=[("serial", 1)], arms=("3.13",)) == (
        "download: serial on 3.13 takes 200 ms [198, 202].",
        "There is nothing to compare this with.",
    )
