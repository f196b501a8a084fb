"""Wait for a worker process without disturbing it, and give it up when it has to be."""

import os
import select
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass

from harness.experiment.machine import process_memory
from harness.experiment.process import paths

Process = subprocess.Popen[bytes]
Wait = Callable[[Process, float], bool]

# A look at a worker takes 0.1 ms of another CPU, of a pool of 160 processes 10 ms; the next one waits so long that
# looking takes 0.5 % of a CPU at most. What grows by more than it may within that time, the kernel ends (`expendable`).
LOOK_SECONDS = 0.25
LOOKING_SHARE = 0.005
ENDING_SECONDS = 10.0  # to leave, once the outcome is there
# A look that comes later than this was not late because of load: the machine was suspended, or the driver stopped.
STANDSTILL_SECONDS = 3.0


@dataclass
class Guard:
    """Looks at a worker now and then while it runs.

    `reason` says why it was given up, `status` what the trial is then; `stood_still_seconds` are those in which nobody
    could look, because the driver itself did not run. `waiting` waits in its stead, where more is to be done meanwhile.
    """

    memory_limit_bytes: int | None = None
    waiting: Wait | None = None
    reason: str = ""
    status: str = "timed-out"
    stood_still_seconds: float = 0.0
    _waited_seconds: float = 0.0

    def wait(self, process: Process, timeout_seconds: float, outcome: str | None = None) -> bool:
        """Wait until the process has ended; False when it has to be given up. `outcome` is the last thing it does."""
        asked = time.monotonic()
        try:
            if self.waiting is not None:
                return self.waiting(process, timeout_seconds)
            return self.until(process, process, timeout_seconds, outcome)
        finally:
            self._waited_seconds = time.monotonic() - asked

    def took(self, seconds: float) -> None:
        """Note how long all of it took: what is done beside the waiting is quick, unless the driver stood still."""
        beside = seconds - self._waited_seconds
        if beside > STANDSTILL_SECONDS:
            self.stood_still_seconds += beside

    def until(self, process: Process, other: Process, timeout_seconds: float, outcome: str | None = None) -> bool:
        """Look after a process until another has ended, as `wait` does until it has itself."""
        deadline = time.monotonic() + timeout_seconds
        self.reason = f"no end within {timeout_seconds:g} s; it was killed"
        pause = LOOK_SECONDS
        while True:
            asked = time.monotonic()
            pause = min(pause, max(0.0, deadline - asked))
            ended = wait(other, pause)
            now = time.monotonic()
            if now - asked - pause > STANDSTILL_SECONDS:
                self.stood_still_seconds += now - asked - pause
                deadline += now - asked - pause
            if ended:
                return True
            if now >= deadline or self.too_large(process.pid):
                return False
            if outcome is not None and paths.exists(outcome):
                outcome, deadline = None, min(deadline, now + ENDING_SECONDS)
                self.reason = (
                    f"its work was done, but it did not end within {ENDING_SECONDS:g} s: something that it started, a "
                    "thread that nobody joins for example, kept it; it was killed"
                )
            pause = max(LOOK_SECONDS, (time.monotonic() - now) / LOOKING_SHARE)

    def too_large(self, pid: int) -> bool:
        """Whether a process and its descendants have more memory than they may; then `reason` says so."""
        limit = self.memory_limit_bytes
        # The exact number takes the kernel a walk over all pages, so it is asked for where the cheap one is too large.
        if (
            limit is None
            or process_memory.tree_rss_bytes(pid) <= limit
            or (process_memory.tree_pss_bytes(pid) or 0) <= limit
        ):
            return False
        self.status = "failed"
        self.reason = f"it took more than {limit / 1e6:.0f} MB of memory; it was killed"
        return True


def wait(process: Process, timeout_seconds: float) -> bool:
    """Wait until the process has ended; False when it has not within the timeout."""
    # Popen.wait with a timeout polls, and so wakes up beside the trial and up to 50 ms late; a pidfd does neither.
    if not hasattr(os, "pidfd_open"):
        try:
            process.wait(timeout_seconds)
        except subprocess.TimeoutExpired:
            return False
        return True
    descriptor = os.pidfd_open(process.pid)
    try:
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        return bool(poll.poll(timeout_seconds * 1000))
    finally:
        os.close(descriptor)


def expendable(process: Process) -> None:
    """Let the kernel choose this process and its descendants first when memory runs out, and not the driver."""
    try:
        paths.write(f"/proc/{process.pid}/oom_score_adj", b"1000")
    except OSError:  # it has ended already, or this system has no such thing
        return
