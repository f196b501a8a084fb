"""A workload that breaks is one failed trial with a sentence, in every mode."""

from collections.abc import Callable
from typing import Any

import pytest

UNPICKLABLE = "a job or an answer cannot be pickled, so it cannot cross to a pool process: "
POOLS = pytest.mark.parametrize("mode", ["threads", "processes"])


@pytest.mark.parametrize("mode", ["serial", "threads", "processes", "asyncio"])
def test_an_exception_is_named_with_its_line(send: Callable[..., dict[str, Any]], mode: str) -> None:
    source = """
        JOBS = [1, 0]
        def run(job):
            return 1 / job
        async def run_async(job):
            return 1 / job
    """
    failed = send(source, mode=mode, workers=1)["failed"]

    assert failed.startswith("ZeroDivisionError: division by zero")
    assert mode == "processes" or failed.endswith(f"(line {6 if mode == 'asyncio' else 4} of the workload)")


def test_leaving_the_interpreter_is_a_failure(send: Callable[..., dict[str, Any]]) -> None:
    assert send("JOBS = [1]\ndef run(job): raise SystemExit(3)")["failed"] == "SystemExit: 3 (line 2 of the workload)"


@POOLS
def test_a_resource_that_one_worker_cannot_open_is_a_failure_and_says_why(
    send: Callable[..., dict[str, Any]], mode: str
) -> None:
    source = """
        import os
        import time
        from contextlib import contextmanager
        from pathlib import Path
        JOBS = [0.2] * 6  # long and many enough for both workers to have one
        @contextmanager
        def resource():
            for name in ("beforehand", "one worker"):
                try:
                    Path(__file__).with_name(name).touch(exist_ok=False)
                    break
                except FileExistsError:
                    continue
            else:
                raise OSError("no second worker")
            yield 1
        def run(job, one):
            time.sleep(job)
    """
    assert send(source, mode=mode, workers=2)["failed"].startswith("OSError: no second worker")


@POOLS
def test_a_resource_that_cannot_be_closed_is_a_failure(send: Callable[..., dict[str, Any]], mode: str) -> None:
    source = """
        import threading
        from contextlib import contextmanager
        from multiprocessing import parent_process
        JOBS = [1, 2, 3]
        @contextmanager
        def resource():
            yield 1
            if parent_process() or threading.current_thread() is not threading.main_thread():
                raise OSError("it does not close")
        def run(job, one):
            return job
    """
    expected = {
        "threads": "OSError: it does not close",
        "processes": "a pool process failed while it closed its resource; run the file by itself to see how",
    }
    assert send(source, mode=mode, workers=2)["failed"].startswith(expected[mode])


def test_a_pool_process_that_dies_is_a_failure(send: Callable[..., dict[str, Any]]) -> None:
    failed = send("import os\nJOBS = [1]\ndef run(job): os._exit(1)", mode="processes", workers=2)["failed"]

    assert failed.startswith("BrokenProcessPool: A process in the process pool was terminated abruptly")


def test_jobs_that_cannot_be_pickled_fail_in_processes_only(send: Callable[..., dict[str, Any]]) -> None:
    source = "JOBS = [lambda: 1]\ndef run(job): return job()"

    assert "done" in send(source, mode="threads", workers=2)
    assert send(source, mode="processes", workers=2)["failed"].startswith(UNPICKLABLE)


def test_answers_that_cannot_be_pickled_fail_in_processes_only(send: Callable[..., dict[str, Any]]) -> None:
    source = "JOBS = [1]\nANSWERS_VARY = 'addresses'\ndef run(job): return lambda: job"

    assert "done" in send(source)
    assert send(source, mode="processes", workers=2)["failed"].startswith(UNPICKLABLE)


def test_answers_that_differ_between_loops_are_a_failure(send: Callable[..., dict[str, Any]]) -> None:
    source = """
        from itertools import count
        JOBS = [1]
        counter = count()
        def run(job):
            return next(counter)
    """
    assert send(source, loops=2)["failed"] == (
        "2 different answers in 2 loops of one trial; the jobs race, or depend on something that changes: "
        "fix that, or declare ANSWERS_VARY."
    )
    assert "done" in send(source + "    ANSWERS_VARY = 'it counts'\n", loops=2)


@pytest.mark.parametrize("total", ["3.5", "3.0", "2.0**60", "2**53 + 1"])
def test_answers_that_count_something_have_to_be_whole_numbers_that_every_reader_of_json_keeps(
    send: Callable[..., dict[str, Any]], total: str
) -> None:
    value = eval(total)

    assert send(f"JOBS = [1]\nANSWERS_COUNT = 'sheep'\ndef run(job): return {total}")["failed"] == (
        f"its answers sum to {value!r}, but what ANSWERS_COUNT counts has to be a whole number of at most 2**53; "
        "return such numbers from run(job), or remove ANSWERS_COUNT."
    )


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("JOBS = []\ndef run(job): pass", "its list of jobs for size default is empty; give at least one job."),
        (
            "JOBS = 3\ndef run(job): pass",
            "its jobs for size default are 3, which is no list; give a list, or a function jobs(size, sites).",
        ),
        ("def run(job): pass", "it declares no jobs; add JOBS = [...] or SIZES = {'quick': [...], 'default': [...]}."),
        ("SIZES = {'quick': [1]}\ndef run(job): pass", "it has no size default; its SIZES are quick."),
        ("JOBS = [1]", "it has no function run(job)"),
        (
            "import nothing_of_this_name",
            "ModuleNotFoundError: No module named 'nothing_of_this_name' (line 1 of the workload)",
        ),
        ("JOBS = [", "SyntaxError: '[' was never closed (sample.py, line 1)"),
    ],
)
def test_a_file_that_breaks_the_contract_is_refused_with_the_remedy(
    send: Callable[..., dict[str, Any]], source: str, sentence: str
) -> None:
    assert send(source)["failed"] == sentence


def test_a_workload_without_run_async_has_no_asyncio_mode(send: Callable[..., dict[str, Any]]) -> None:
    failed = send("JOBS = [1]\ndef run(job): return job", mode="asyncio")["failed"]

    assert failed == "it has no run_async, so the asyncio mode would only run its jobs one after the other"
