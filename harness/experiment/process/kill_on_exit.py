"""Tie a worker's process group to the driver: when the driver ends, for whatever reason, the kernel kills the group.

The worker inherits the reading end of a pipe whose writing end only the driver has. The reading end is set to send
SIGKILL to its owner, the process group, when something happens to the pipe (fcntl(2): F_SETOWN, F_SETSIG, O_ASYNC), and
all that ever happens is that the driver's end is closed with the driver. It takes no time of the worker's:
PR_SET_PDEATHSIG would make it import ctypes, 2 to 10 ms, and reaches its main process alone. A workload that closes
descriptors which are not its own cuts the tether, as does a process that leaves the group.
"""

import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager


class Tether:
    """The reading end, to be passed to a worker and then tied to it."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor

    def tie(self, process: subprocess.Popen[bytes]) -> None:
        """Tie the group that this process leads."""
        if sys.platform == "linux":
            fcntl.fcntl(self.descriptor, fcntl.F_SETOWN, -process.pid)
            fcntl.fcntl(self.descriptor, fcntl.F_SETSIG, signal.SIGKILL)
            flags = fcntl.fcntl(self.descriptor, fcntl.F_GETFL)
            fcntl.fcntl(self.descriptor, fcntl.F_SETFL, flags | os.O_ASYNC)


@contextmanager
def tether() -> Iterator[Tether]:
    """Yield a new tether, which is closed with the block."""
    reading, writing = os.pipe()
    try:
        yield Tether(reading)
    finally:
        os.close(reading)
        os.close(writing)
