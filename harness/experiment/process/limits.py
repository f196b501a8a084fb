"""Wait for a worker process without disturbing it, and decide when it has to be killed."""

import os
import select
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from harness.experiment.machine import process_memory
from harness.experiment.process import paths

Process = subprocess.Popen[bytes]
Sample = Callable[[int], int | None]  # from a process to its bytes, if it has any
Status = Literal["ok", "failed", "timed-out"]

# A look at a worker takes 0.1 ms of another CPU, of a pool of 160 processes 10 ms; the next one waits so long that
# looking takes 0.5 % of a CPU at most. What grows by more than it may within that time, the kernel ends (`expendable`).
LOOK_SECONDS = 0.25
LOOKING_SHARE = 0.005
FILE_SECONDS = 0.01  # between two looks for a file
SAMPLE_SECONDS = 0.005  # between two samples; a peak that is shorter can be missed, as the report says
ENDING_SECONDS = 10.0  # to leave, once the outcome is there
# A look that comes later than this was not late because of load: the machine was suspended, or the driver stopped.
STANDSTILL_SECONDS = 3.0
STAYED = (
    "its work was done, but it did not end within {:g} s: something that it started, a thread that nobody joins "
    "for example, kept it; it was killed"
)


@dataclass(frozen=True)
class Watch:
    """How a worker is watched: its limits of seconds and of memory, and what is sampled of it over and over.

    The limit of memory is that of the worker and its descendants together, in bytes; None where there is none.
    """

    timeout_seconds: float
    memory_limit_bytes: int | None = None
    sample: Sample | None = None


@dataclass(frozen=True)
class Ending:
    """How a wait ended: `reason` says why the worker has to be killed; None where it does not.

    In `stood_still_seconds` nobody could look, because the driver did not run; `peak_bytes` is the largest sample.
    """

    status: Status = "ok"
    reason: str | None = None
    waited_seconds: float = 0.0
    stood_still_seconds: float = 0.0
    peak_bytes: int | None = None


def wait(worker: Process, watch: Watch, *, until: Process | str | None = None, outcome: str | None = None) -> Ending:
    """Wait until the worker has ended, or another process has, or the worker has made a file.

    `until` is that process or file, `outcome` the file that the worker makes last: then it may take `ENDING_SECONDS`.
    """
    clock = _Clock(watch.timeout_seconds)
    process = until if isinstance(until, subprocess.Popen) else worker
    file = until if isinstance(until, str) else None
    shortest = LOOK_SECONDS if file is None else FILE_SECONDS
    pause = shortest if watch.sample is None else SAMPLE_SECONDS
    late = f"no end within {watch.timeout_seconds:g} s; it was killed"
    peak: int | None = None
    problem: tuple[Status, str] | None = None
    while problem is None:
        if watch.sample is not None:
            peak = max(filter(None, (peak, watch.sample(worker.pid))), default=None)
        if clock.sees_end_of(process, pause) or (file is not None and paths.exists(file)):
            break
        looked = time.monotonic()
        problem = ("timed-out", late) if looked >= clock.deadline else _excess(worker.pid, watch.memory_limit_bytes)
        if outcome is not None and paths.exists(outcome):
            outcome = None
            clock.deadline = min(clock.deadline, looked + ENDING_SECONDS)
            late = STAYED.format(ENDING_SECONDS)
        if watch.sample is None:
            pause = max(shortest, (time.monotonic() - looked) / LOOKING_SHARE)
    status, reason = problem or ("ok", None)
    return Ending(status, reason, time.monotonic() - clock.began, clock.stood_still_seconds, peak)


class _Clock:
    """A deadline, which moves on when the driver stands still."""

    def __init__(self, timeout_seconds: float) -> None:
        self.began = time.monotonic()
        self.deadline = self.began + timeout_seconds
        self.stood_still_seconds = 0.0

    def sees_end_of(self, process: Process, pause_seconds: float) -> bool:
        """Wait for a process, no longer than a pause or the deadline; return whether it has ended."""
        asked = time.monotonic()
        pause_seconds = min(pause_seconds, max(0.0, self.deadline - asked))
        ended = ended_within(process, pause_seconds)
        delay_seconds = time.monotonic() - asked - pause_seconds
        if delay_seconds > STANDSTILL_SECONDS:
            self.stood_still_seconds += delay_seconds
            self.deadline += delay_seconds
        return ended


def _excess(pid: int, limit_bytes: int | None) -> tuple[Status, str] | None:
    """Return what is wrong with the memory of a process and its descendants; None where they keep to the limit."""
    # The exact number takes the kernel a walk over all pages, so it is asked for where the cheap one is too large.
    if (
        limit_bytes is None
        or process_memory.tree_rss_bytes(pid) <= limit_bytes
        or (process_memory.tree_pss_bytes(pid) or 0) <= limit_bytes
    ):
        return None
    return "failed", f"it took more than {limit_bytes / 1e6:.0f} MB of memory; it was killed"


def ended_within(process: Process, seconds: float) -> bool:
    """Wait for a process no longer than so many seconds; return whether it has ended."""
    # Popen.wait with a timeout polls, and so wakes up during the trial and up to 50 ms late; a pidfd does neither.
    if not hasattr(os, "pidfd_open"):
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True
    descriptor = os.pidfd_open(process.pid)
    try:
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        return bool(poll.poll(seconds * 1000))
    finally:
        os.close(descriptor)


def expendable(process: Process) -> None:
    """Let the kernel choose this process and its descendants first when memory runs out, and not the driver."""
    try:
        paths.write(f"/proc/{process.pid}/oom_score_adj", b"1000")
    except OSError:  # it has ended already, or this system has no such thing
        return
