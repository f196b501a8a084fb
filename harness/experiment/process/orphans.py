"""Find and end the processes that outlive a worker, wherever they have hidden.

Linux gives the orphans among a process's descendants to the nearest ancestor that asked for them (prctl(2),
PR_SET_CHILD_SUBREAPER). The driver asks, so whatever a worker started becomes the driver's child when the worker has
ended, even outside the worker's process group. Elsewhere nothing is adopted, and only the process group is ended.
"""

import contextlib
import ctypes
import os
import signal
import sys
import time
from functools import cache
from pathlib import Path

from harness.experiment.machine import process_memory

PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h
# multiprocessing's resource tracker and fork server end when they notice that the worker has, a moment later.
MOMENT_SECONDS = 0.5
LOOK_SECONDS = 0.01


@cache  # it holds for the life of the process
def adopt() -> bool:
    """Adopt orphans from now on; return False where the system does not allow it."""
    if sys.platform != "linux" or not Path("/proc/thread-self/children").exists():
        return False
    return bool(ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0)


def children() -> frozenset[int]:
    """Return this process's children, own and adopted ones."""
    return frozenset(process_memory.children(os.getpid()))


def end(others: frozenset[int], moment_seconds: float = MOMENT_SECONDS) -> int:
    """End all children but `others`, and the orphans of those; return how many did not end by themselves in time."""
    deadline = time.monotonic() + moment_seconds
    while (left := _running(others)) and time.monotonic() < deadline:
        time.sleep(LOOK_SECONDS)
    ended = 0
    while left:
        for pid in left:
            with contextlib.suppress(ProcessLookupError, ChildProcessError):
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
        ended += len(left)
        left = _running(others)  # the children of those that were ended are orphans in turn
    return ended


def _running(others: frozenset[int]) -> list[int]:
    """Return the children that run, and reap those that have ended."""
    return [pid for pid in children() - others if not _reaped(pid)]


def _reaped(pid: int) -> bool:
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:
        return True
