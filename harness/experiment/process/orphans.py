"""What a worker leaves behind: processes that outlive it, found and ended wherever they have hidden.

Linux gives the orphans among a process's descendants to the nearest ancestor that asked for them (prctl(2),
PR_SET_CHILD_SUBREAPER). The driver asks, so what a worker started becomes the driver's child when the worker has ended,
also what left the worker's process group. Elsewhere nothing is adopted, and the process group is all that is ended.
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
def adopting() -> bool:
    """Adopt orphans from now on; False where that cannot be."""
    if sys.platform != "linux" or not Path("/proc/thread-self/children").exists():
        return False
    return bool(ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0)


def children() -> frozenset[int]:
    """Return this process's children, own and adopted ones."""
    return frozenset(process_memory.children(os.getpid()))


def end(known: frozenset[int], moment_seconds: float = MOMENT_SECONDS) -> int:
    """End all children but the known ones, and what these leave; return how many did not end of themselves in time."""
    deadline = time.monotonic() + moment_seconds
    while (left := _running(known)) and time.monotonic() < deadline:
        time.sleep(LOOK_SECONDS)
    ended = 0
    while left:
        for pid in left:
            with contextlib.suppress(ProcessLookupError, ChildProcessError):
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
        ended += len(left)
        left = _running(known)  # the children of those that were ended are orphans in turn
    return ended


def _running(known: frozenset[int]) -> list[int]:
    """Return the children that run, and reap those that have ended."""
    return [pid for pid in children() - known if not _reaped(pid)]


def _reaped(pid: int) -> bool:
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:
        return True
