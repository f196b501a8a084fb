"""Which worker counts each mode is measured at."""

from pathlib import Path

import pytest

from harness.experiment.options import parse
from harness.experiment.plan.arms import environments as environments_in
from harness.experiment.plan.arms import prepare
from harness.experiment.plan.cases import default_modes, plan, worker_counts
from harness.experiment.run_settings import settings
from harness.records import Mode, Settings, Workload
from tests.builders import a_workload
from tests.shared.driver import WorkloadWriter


def settings_of(words: list[str]) -> Settings:
    return settings(parse(words), ())


CPU, IO = a_workload(), a_workload("download", bound="io", jobs=160)


@pytest.mark.parametrize(
    ("workload", "mode", "words", "cpus", "expected"),
    [
        (CPU, "serial", [], 8, [1]),
        (CPU, "serial-after-thread", ["--workers", "3,7"], 8, [1]),
        (CPU, "threads", [], 1, [1]),
        (CPU, "threads", [], 2, [2]),
        (CPU, "processes", ["--everything"], 6, [1, 2, 4, 6]),
        (CPU, "threads", ["--everything"], 8, [1, 2, 4, 8]),
        (CPU, "threads", ["--scaling", "weak"], 4, [1, 2, 4]),
        (CPU, "threads", ["--quick"], 6, [6]),
        (CPU, "threads", ["--workers", "3,7"], 6, [3, 7]),
        (CPU, "threads", ["--size", "original"], 6, [5]),
        (CPU, "processes", ["--size", "original"], 6, [6]),
        (IO, "serial", [], 2, [1]),
        (IO, "threads", [], 2, [20]),
        (IO, "threads", ["--everything"], 2, [5, 20, 160]),
        (IO, "asyncio", ["--everything"], 2, [5, 20, 160]),
        (IO, "asyncio", ["--quick"], 2, [20]),
        (IO, "asyncio", ["--size", "original"], 2, [160]),
    ],
)
def test_worker_counts_follow_from_the_work_and_the_options(
    workload: Workload, mode: Mode, words: list[str], cpus: int, expected: list[int]
) -> None:
    assert worker_counts(mode, workload, settings_of(words), cpus, parse(words).workers) == expected


def test_every_concurrent_mode_has_the_same_counts() -> None:
    modes: tuple[Mode, ...] = ("threads", "processes", "asyncio")
    counts = [worker_counts(mode, CPU, settings_of([]), 6) for mode in modes]

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
    workload: Workload, words: list[str], asked: bool
) -> None:
    assert ("serial-after-thread" in default_modes(workload, settings_of(words))) == asked
    assert default_modes(workload, settings_of(words))[0] == "serial"


def test_waiting_work_is_not_given_to_so_many_processes_that_starting_them_takes_longer(
    workload: WorkloadWriter, environments: Path
) -> None:
    source = 'BOUND = "io"\nJOBS = [1] * 160\ndef run(job): return 1\n'
    words = ["--workload", str(workload(source)), "--modes", "threads,processes", "--everything"]

    planned = plan(parse(words), settings_of(words), prepare(environments_in(environments), gil_arm=True), 2)

    assert [str(case) for case in planned.cases] == [
        "sample/threads/5",
        "sample/threads/20",
        "sample/threads/160",
        "sample/processes/5",
        "sample/processes/20",
    ]
    assert [(skipped.workers, skipped.reason) for skipped in planned.skipped] == [
        (160, "starting 160 processes on 2 CPUs would take far longer than the jobs of sample")
    ]


def test_waiting_work_is_given_to_as_many_processes_as_were_asked_for(
    workload: WorkloadWriter, environments: Path
) -> None:
    source = 'BOUND = "io"\nJOBS = [1] * 160\ndef run(job): return 1\n'
    words = ["--workload", str(workload(source)), "--modes", "processes", "--workers", "5,20,160"]

    planned = plan(parse(words), settings_of(words), prepare(environments_in(environments), gil_arm=True), 2)

    assert [case.workers for case in planned.cases] == [5, 20, 160]
    assert planned.skipped == ()


def test_what_a_file_declares_of_its_libraries_and_chunks_is_planned(
    workload: WorkloadWriter, environments: Path
) -> None:
    source = """
        SERIES = "jobs per chunk"
        CHUNK_SIZE = {1: 1, 16: 16}
        SIZES = {"default": dict.fromkeys(CHUNK_SIZE, [1] * 32)}
        LIBRARIES = {"run": "requests"}
        def run(job): return 1
    """
    words = ["--workload", str(workload(source))]

    planned = plan(parse(words), settings_of(words), prepare(environments_in(environments), gil_arm=True), 2)

    assert [(w.chunk_size, w.library, w.async_library) for w in planned.workloads] == [
        (1, "requests", None),
        (16, "requests", None),
    ]
