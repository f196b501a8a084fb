"""Every value has a canary on both sides, of a kind that says how many ran at once, and canaries leave nothing."""

import os
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from harness import ROOT
from harness.worker import canary

CPUS = len(os.sched_getaffinity(0))
SAMPLE = """
    JOBS = [1, 2, 3]
    def run(job): return job
    async def run_async(job): return job
"""
LEAVES_NOTHING = """
import os, threading
from harness.worker import canary
before = len(os.listdir("/proc/self/fd")), os.sched_getaffinity(0)
taken = [canary.seconds({count}) for _ in range(3)]
assert min(taken) > 0
assert (len(os.listdir("/proc/self/fd")), os.sched_getaffinity(0)) == before
assert threading.active_count() == 1
try:
    os.waitpid(-1, os.WNOHANG)
except ChildProcessError:
    print("no child is left")
"""


@pytest.mark.parametrize("mode", ["serial", "threads", "processes", "asyncio"])
def test_the_canary_after_a_value_is_the_one_before_the_next(send: Callable[..., dict[str, Any]], mode: str) -> None:
    pairs = [value["canary_seconds"] for value in send(SAMPLE, mode=mode, workers=2, values=3)["done"]["values"]]

    assert [len(pair) for pair in pairs] == [2, 2, 2]
    assert all(after == before for (_, after), (before, _) in pairwise(pairs))
    assert len({seconds for pair in pairs for seconds in pair}) == 4
    assert min(seconds for pair in pairs for seconds in pair) > 0


@pytest.mark.parametrize(
    ("mode", "workers", "start_method", "where"),
    [
        ("serial", 1, "fork", ""),
        ("asyncio", 2, "fork", ""),
        ("threads", 1, "fork", ""),
        ("threads", 2, "fork", ", 2 processes" * (CPUS > 1)),
        ("processes", 1, "fork", ""),
        ("processes", 2, "fork", ", 2 processes" * (CPUS > 1)),
        ("processes", 2, "spawn", ""),
    ],
)
def test_the_kind_says_how_many_ran_at_once_and_where(
    send: Callable[..., dict[str, Any]], mode: str, workers: int, start_method: str, where: Any
) -> None:
    done = send(SAMPLE, mode=mode, workers=workers, start_method=start_method)["done"]

    assert done["canary"] == f"zlib {zlib.ZLIB_RUNTIME_VERSION}{where}"


def test_what_all_canaries_cost_is_more_than_what_is_read_from_them(send: Callable[..., dict[str, Any]]) -> None:
    done = send(SAMPLE, values=3)["done"]

    read = [*(value["canary_seconds"][0] for value in done["values"]), done["values"][-1]["canary_seconds"][1]]
    assert done["canaries_seconds"] > 2 * sum(read)


@pytest.mark.parametrize(
    ("mode", "workers", "start_method", "cpus", "count"),
    [
        ("serial", 1, "fork", 8, 1),
        ("asyncio", 20, "fork", 8, 1),
        ("threads", 20, "fork", 8, 8),
        ("threads", 2, "spawn", 8, 2),
        ("threads", 4, "fork", 1, 1),
        ("processes", 4, "fork", 8, 4),
        ("processes", 20, "fork", 2, 2),
        ("processes", 4, "forkserver", 8, 1),
    ],
)
def test_as_many_run_at_once_as_the_work_has_cpus_where_that_disturbs_nothing(
    mode: str, workers: int, start_method: str, cpus: int, count: int
) -> None:
    assert canary.how_many(mode, workers, start_method, cpus) == count


@pytest.mark.parametrize("mode", ["serial", "asyncio"])
def test_no_thread_and_no_process_is_started_beside_work_in_one_thread(
    send: Callable[..., dict[str, Any]], mode: str
) -> None:
    source = """
        import os, threading
        def start(*_): raise AssertionError("started")
        threading.Thread.start = os.fork = start
    """
    assert "done" in send(source + SAMPLE.replace("\n", "\n    "), mode=mode, workers=2, values=2)


@pytest.mark.parametrize("count", [1, min(2, CPUS)])
def test_canaries_leave_no_thread_no_child_no_descriptor_and_the_affinity_as_it_was(count: int) -> None:
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", LEAVES_NOTHING.format(count=count)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ran.stdout, ran.stderr) == ("no child is left\n", "")


def test_the_canary_s_work_is_the_same_everywhere() -> None:
    assert (len(canary.TEXT), zlib.crc32(canary.TEXT)) == (16_000, 3927548568)


def test_canaries_of_threads_and_processes_are_of_one_kind(
    send: Callable[..., dict[str, Any]],
) -> None:
    kinds = {send(SAMPLE, mode=mode, workers=2, values=2)["done"]["canary"] for mode in ("threads", "processes")}

    assert len(kinds) == 1


def test_several_canaries_start_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    def start(_: threading.Thread) -> None:
        raise AssertionError("started")

    monkeypatch.setattr(threading.Thread, "start", start)

    assert canary.seconds(min(2, CPUS)) > 0
