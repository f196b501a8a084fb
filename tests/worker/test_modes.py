"""The modes spread the same jobs, and only how they are spread differs."""

import hashlib
import os
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.worker import pool

SQUARES = """
    JOBS = [3, 1, 2]

    def run(job):
        return job * job

    async def run_async(job):
        return job * job
"""
LOGGED = """
    from contextlib import asynccontextmanager, contextmanager
    from pathlib import Path

    JOBS = [1, 2, 3, 4]
    LOG = Path(__file__).with_name("log")

    def note(word):
        with LOG.open("a") as file:
            file.write(word + " ")

    @contextmanager
    def resource():
        note("open")
        yield 10
        note("close")

    @asynccontextmanager
    async def async_resource():
        note("open")
        yield 10
        note("close")

    def run(job, ten):
        return job * ten

    async def run_async(job, ten):
        return job * ten
"""
SPANS = ("start_seconds", "work_seconds", "stop_seconds")
EVERY_MODE = pytest.mark.parametrize(
    ("mode", "workers"), [("serial", 1), ("serial-after-thread", 1), ("threads", 3), ("processes", 3), ("asyncio", 3)]
)


def digest(answers: object) -> str:
    return hashlib.sha256(repr(answers).encode()).hexdigest()


@EVERY_MODE
def test_answers_come_in_job_order(send: Callable[..., dict[str, Any]], mode: str, workers: int) -> None:
    assert send(SQUARES, mode=mode, workers=workers)["done"]["answer"] == digest([9, 1, 4])


@pytest.mark.parametrize(("point", "size"), [("1", 1), ("4", 4)])
def test_pool_processes_are_sent_as_many_jobs_at_once_as_the_file_says(
    send: Callable[..., dict[str, Any]], point: str, size: int
) -> None:
    source = """
        import sys
        SERIES = "jobs per chunk"
        CHUNK_SIZE = {1: 1, 4: 4}
        SIZES = {"default": dict.fromkeys(CHUNK_SIZE, [0] * 8)}
        def run(job):
            frame = sys._getframe()
            while frame.f_code.co_name != "_process_chunk":  # of concurrent.futures
                frame = frame.f_back
            return len(frame.f_locals["chunk"])
    """

    assert send(source, mode="processes", workers=2, point=point)["done"]["answer"] == digest([size] * 8)


@pytest.mark.parametrize("start_method", ["spawn", "forkserver"])
def test_a_workload_works_under_every_start_method(send: Callable[..., dict[str, Any]], start_method: str) -> None:
    done = send(SQUARES, mode="processes", workers=2, start_method=start_method)["done"]

    assert (done["answer"], done["start_method"]) == (digest([9, 1, 4]), start_method)


@EVERY_MODE
def test_every_value_has_three_positive_spans(send: Callable[..., dict[str, Any]], mode: str, workers: int) -> None:
    values = send(SQUARES, mode=mode, workers=workers, loops=2, values=3)["done"]["values"]

    assert len(values) == 3
    assert all(set(value) == {*SPANS, "canary_seconds"} and min(value[span] for span in SPANS) > 0 for value in values)


@pytest.mark.parametrize(
    ("mode", "workers", "opened"), [("serial", 1, 1), ("threads", 3, 3), ("processes", 3, 3), ("asyncio", 3, 1)]
)
def test_each_worker_opens_and_closes_one_resource(
    send: Callable[..., dict[str, Any]], tmp_path: Path, mode: str, workers: int, opened: int
) -> None:
    done = send(LOGGED, mode=mode, workers=workers)["done"]

    assert done["answer"] == digest([10, 20, 30, 40])
    words = (tmp_path / "log").read_text().split()
    assert words[:2] == ["open", "close"], "once beforehand, so that its imports are done"
    # An executor starts no thread for a job that an idle one can take, so there may be fewer of these.
    count = words[2:].count("open")
    assert 1 <= count <= opened if mode == "threads" else count == opened
    assert sorted(words[2:]) == ["close"] * count + ["open"] * count


def test_a_thread_closes_its_resource_itself_and_an_error_in_it_is_not_lost(
    send: Callable[..., dict[str, Any]],
) -> None:
    source = """
        import threading
        from contextlib import contextmanager
        JOBS = [1, 2, 3]
        @contextmanager
        def resource():
            opener = threading.get_ident()
            yield 1
            if threading.get_ident() != opener:
                raise OSError("closed in another thread")
            if FAIL:
                raise OSError("cannot be closed")
        def run(job, one):
            return job
    """
    assert send("FAIL = False\n" + textwrap.dedent(source), mode="threads", workers=3)["done"]["answer"] == digest(
        [1, 2, 3]
    )
    failing = source.replace("if FAIL", "if threading.current_thread() is not threading.main_thread()")
    failed = send(failing, mode="threads", workers=3)["failed"]
    assert failed.startswith("OSError: cannot be closed")


@pytest.mark.parametrize("start_method", ["fork", "spawn", "forkserver"])
@pytest.mark.parametrize(("mode", "workers"), [("serial", 1), ("threads", 2), ("processes", 2)])
def test_all_workers_get_what_the_file_made_for_them_with_the_mode_s_own_tools(
    send: Callable[..., dict[str, Any]], mode: str, workers: int, start_method: str
) -> None:
    source = """
        from contextlib import contextmanager
        JOBS = ["put", "take"] * 3
        def shared(make):
            return make.Queue(3)
        @contextmanager
        def resource():
            yield 10
        def run(job, ten, queue):
            return queue.put(ten, timeout=20) if job == "put" else queue.get(timeout=20)
    """
    done = send(source, mode=mode, workers=workers, start_method=start_method, loops=2)["done"]

    assert done["answer"] == digest([None, 10] * 3)


def test_what_answers_count_is_summed_over_the_loops_of_the_values_alone(send: Callable[..., dict[str, Any]]) -> None:
    source = "JOBS = [3, 4]\nANSWERS_COUNT = 'sheep'\ndef run(job): return job"

    assert send(source, loops=2, values=3, warmups=1)["done"]["counted"] == 42
    assert send(SQUARES)["done"]["counted"] is None


def test_a_point_of_a_series_is_measured_alone(send: Callable[..., dict[str, Any]]) -> None:
    source = "SERIES = 'jobs'\nSIZES = {'default': {2: [1, 2], 3: [1, 2, 3]}}\ndef run(job): return job"

    assert send(source, point="3")["done"]["answer"] == digest([1, 2, 3])


def test_threads_are_in_progress_together(send: Callable[..., dict[str, Any]]) -> None:
    source = """
        from threading import Barrier
        MEETING = Barrier(3)
        JOBS = [1, 2, 3]
        def run(job):
            MEETING.wait(20)
            return job
    """
    assert send(source, mode="threads", workers=3)["done"]["answer"] == digest([1, 2, 3])


def test_as_many_tasks_are_in_progress_as_there_are_workers_and_no_more(
    send: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    source = """
        import asyncio
        from pathlib import Path
        JOBS = [None] * 7
        busy = peak = 0
        async def run_async(job):
            global busy, peak
            busy += 1
            peak = max(peak, busy)
            await asyncio.sleep(0.01)
            busy -= 1
            Path(__file__).with_name("peak").write_text(str(peak))
    """
    send(source, mode="asyncio", workers=3)

    assert (tmp_path / "peak").read_text() == "3"


def test_processes_do_the_work_in_other_processes(send: Callable[..., dict[str, Any]]) -> None:
    source = """
        import os
        PARENT = os.getpid()
        JOBS = [1, 2, 3, 4]
        def run(job):
            return os.getpid() == os.getppid(), __import__("multiprocessing").parent_process() is not None
    """
    assert send(source, mode="processes", workers=2)["done"]["answer"] == digest([(False, True)] * 4)


def test_a_serial_trial_does_not_pay_for_the_imports_of_other_modes(send: Callable[..., dict[str, Any]]) -> None:
    source = """
        import sys
        JOBS = [1]
        def run(job):
            return [name for name in ("asyncio", "concurrent.futures", "multiprocessing") if name in sys.modules]
    """
    assert send(source)["done"]["answer"] == digest([[]])


def test_exactly_one_thread_was_started_before_serial_after_thread(send: Callable[..., dict[str, Any]]) -> None:
    source = """
        from threading import Thread, current_thread

        JOBS = [0]
        first = int(Thread().name.rpartition("-")[2])  # threads are numbered as they are made

        def run(job):
            assert current_thread().name == "MainThread"
            return int(Thread().name.rpartition("-")[2]) - first
    """
    # Between the two threads that number them there is the one that was started; the second loop has started none.
    once = send(source, mode="serial-after-thread")["done"]["answer"]
    before = send(source, mode="serial")["done"]["answer"]

    assert (before, once) == (digest([1]), digest([2]))


def test_answers_may_be_objects_that_the_workload_defines(send: Callable[..., dict[str, Any]]) -> None:
    source = """
        from dataclasses import dataclass
        JOBS = [1, 2]
        @dataclass
        class Answer:
            job: int
        def run(job):
            return Answer(job)
    """
    outcomes = [send(source, mode=mode, workers=2)["done"]["answer"] for mode in ("serial", "processes")]

    assert outcomes[0] == outcomes[1]


def test_cpu_seconds_of_pool_processes_are_counted(send: Callable[..., dict[str, Any]]) -> None:
    source = """
        import time
        JOBS = [0.2] * 2
        def run(job):
            end = time.process_time() + job
            while time.process_time() < end:
                pass
    """
    # The job is defined by CPU time, so this holds on any machine, however slow or busy.
    assert send(source, mode="processes", workers=2)["done"]["cpu_seconds"] >= 0.4


@pytest.mark.parametrize(("mode", "workers"), [("serial", 1), ("threads", 1), ("processes", 1)])
def test_every_wait_is_counted_as_a_voluntary_switch_in_a_pool_process_too(
    send: Callable[..., dict[str, Any]], mode: str, workers: int
) -> None:
    source = """
        from time import sleep

        JOBS = [0.001] * 30

        def run(job):
            sleep(job)
    """
    done = send(source, mode=mode, workers=workers, loops=2)["done"]

    assert done["voluntary_switches"] >= 60
    assert done["involuntary_switches"] >= 0


BUSY = """
    import time

    JOBS = [0.05] * 4

    def run(job):
        end = time.thread_time() + job
        while time.thread_time() < end:
            pass
"""
HIDDEN = """
    from harness.worker import usage

    usage._schedstats = lambda folder: iter(())  # as where the kernel has no such file
"""
# Each thread of this process, or each pool process, has waited for a second since it started.
SECONDS = {
    "serial": "((1, 10**9) for _ in os.listdir(folder))",
    "threads": "((1, 10**9) for _ in os.listdir(folder))",
    "processes": "[(1, 0 if '/self/' in folder else 10**9)]",
}


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="this system does not list its threads")
@pytest.mark.parametrize(("mode", "workers"), [("serial", {0.0}), ("threads", {1.0, 2.0}), ("processes", {1.0, 2.0})])
def test_waiting_for_a_cpu_is_counted_in_threads_and_pool_processes_too(
    send: Callable[..., dict[str, Any]], mode: str, workers: set[float]
) -> None:
    counting = f"import os\nfrom harness.worker import usage\nusage._schedstats = lambda folder: {SECONDS[mode]}\n"
    done = send(counting + textwrap.dedent(BUSY), mode=mode, workers=2 if mode != "serial" else 1)["done"]

    assert done["run_delay_seconds"] in workers  # a pool may do with fewer than it could have
    assert done["user_cpu_seconds"] + done["system_cpu_seconds"] == pytest.approx(done["cpu_seconds"])


@pytest.mark.parametrize("mode", ["serial", "threads", "processes"])
def test_a_kernel_that_does_not_count_waiting_fails_no_trial(send: Callable[..., dict[str, Any]], mode: str) -> None:
    done = send(textwrap.dedent(HIDDEN) + textwrap.dedent(BUSY), mode=mode, workers=1)["done"]

    assert done["run_delay_seconds"] is None
    assert done["cpu_seconds"] >= 0.2


def test_a_job_limit_cuts_the_list(send: Callable[..., dict[str, Any]]) -> None:
    assert send(SQUARES, jobs=1)["done"]["answer"] == digest([9])


def test_under_weak_scaling_each_worker_brings_the_whole_list(send: Callable[..., dict[str, Any]]) -> None:
    source = (
        SQUARES
        + """
    WEAK_SIZES = {"original": [5]}
    """
    )
    twice = send(source, scaling="weak", mode="threads", workers=2)["done"]
    original = send(source, scaling="weak", size="original", mode="serial")["done"]
    strong = send(source, scaling="strong", size="original", mode="threads", workers=2)["done"]

    assert twice["answer"] == digest([9, 1, 4, 9, 1, 4])
    assert original["answer"] == digest([25])
    assert strong["answer"] == digest([9, 1, 4])


def test_a_process_that_the_kernel_isolates_cpus_from_keeps_the_cpus_it_has(
    send: Callable[..., dict[str, Any]],
) -> None:
    source = """
        import os
        import pyperf._runner
        pyperf._runner.get_isolated_cpus = lambda: sorted(os.sched_getaffinity(0))[:1]
        JOBS = [1]
        def run(job):
            return job
    """
    answer = send(source, mode="threads", workers=len(os.sched_getaffinity(0)))["done"]

    assert answer["usable_cpus"] == len(os.sched_getaffinity(0))


def test_jobs_of_a_pool_carry_their_answer_and_two_moments_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "squares.py"
    file.write_text("def run(job): return job * job")
    pool.enter_thread(str(file), (), [])

    answer, began, ended = pool.work(3)

    assert answer == 9
    assert began <= ended
