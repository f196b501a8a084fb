"""Which worker counts each mode is measured at."""

from collections.abc import Callable
from typing import Any

import pytest

from harness.experiment.options import parse
from harness.experiment.plan.cases import default_modes, worker_counts
from tests.builders import a_workload

CPU, IO = a_workload(), a_workload("download", bound="io", jobs=160)


@pytest.mark.parametrize(
    ("workload", "mode", "words", "cpus", "expected"),
    [
        (CPU, "serial", [], 8, [1]),
        (CPU, "serial-after-thread", ["--workers", "3,7"], 8, [1]),
        (CPU, "threads", [], 1, [1]),
        (CPU, "threads", [], 2, [1, 2]),
        (CPU, "processes", [], 6, [1, 2, 4, 6]),
        (CPU, "threads", [], 8, [1, 2, 4, 8]),
        (CPU, "threads", ["--quick"], 6, [6]),
        (CPU, "threads", ["--workers", "3,7"], 6, [3, 7]),
        (CPU, "threads", ["--size", "original"], 6, [5]),
        (CPU, "processes", ["--size", "original"], 6, [6]),
        (IO, "serial", [], 2, [1]),
        (IO, "threads", [], 2, [5, 20, 160]),
        (IO, "asyncio", [], 2, [5, 20, 160]),
        (IO, "asyncio", ["--quick"], 2, [20]),
        (IO, "asyncio", ["--size", "original"], 2, [160]),
    ],
)
def test_worker_counts_follow_from_the_work_and_the_options(
    workload: Callable[..., Any], mode: str, words, cpus: int, expected: list[int]
) -> None:
    assert worker_counts(mode, workload, parse(words), cpus) == expected


def test_every_concurrent_mode_has_the_same_counts() -> None:
    counts = [worker_counts(mode, CPU, parse([]), 6) for mode in ("threads", "processes", "asyncio")]

    assert counts == [counts[0]] * 3


@pytest.mark.parametrize(
    ("workload", "words", "asked"),
    [
        (CPU, [], True),
        (CPU, ["--precise"], True),
        (CPU, ["--quick"], False),
        (CPU, ["--size", "original"], False),
        (a_workload("grain", series="jobs", point=4), [], False),
        (IO, [], False),
    ],
)
def test_what_a_started_thread_costs_is_asked_of_computing_alone_and_not_in_a_hurry(
    workload: Callable[..., Any], words, asked: bool
) -> None:
    assert ("serial-after-thread" in default_modes(workload, parse(words))) == asked
    assert default_modes(workload, parse(words))[0] == "serial"
