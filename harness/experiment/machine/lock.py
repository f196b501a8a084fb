"""One run at a time on a machine: two would measure each other."""

import contextlib
import fcntl
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from harness.errors import UsageError
from harness.runs.journal import holder

LOCK = "free-threading-harness.lock"  # among the machine's temporary files: it belongs to all of its users
EVERYONE_READS = 0o644
ASKING_SECONDS = 5.0  # asking takes microseconds; one who takes longer was stopped, and may stay so
PAUSE_SECONDS = 0.01


@contextlib.contextmanager
def alone(*, wait: bool, show: Callable[[str], None]) -> Iterator[None]:
    """Hold the machine's lock; when another process holds it, wait for its end or raise UsageError.

    The kernel releases the lock when the process ends, however it ends, so nothing stays locked.
    """
    descriptor = _opened()
    try:
        _take(descriptor, fcntl.LOCK_EX, wait=wait, show=show)
        yield
    finally:
        os.close(descriptor)


def until_free(*, wait: bool, show: Callable[[str], None]) -> None:
    """Return once no run measures here, without holding the lock; UsageError when one does and `wait` is false.

    Building an interpreter and installing disturb a measurement too, long before they lead to one.
    """
    descriptor = _opened()
    try:
        _take(descriptor, fcntl.LOCK_SH, wait=wait, show=show)
    finally:
        os.close(descriptor)


def _take(descriptor: int, kind: int, *, wait: bool, show: Callable[[str], None]) -> None:
    if _took(descriptor, kind):
        return
    process = holder(descriptor)
    if not wait:
        message = (
            f"Another run is measuring on this machine ({process}), and two would measure each other. Wait for its "
            "end, or let this one wait with --wait."
        )
        raise UsageError(message)
    show(f"Waiting for another run on this machine ({process}).")
    fcntl.flock(descriptor, kind)


def _took(descriptor: int, kind: int) -> bool:
    """Take the lock unless a run holds it.

    A run holds it exclusively. Where it can be shared, processes hold it that only ask whether the machine is free:
    they let go at once, and must not be taken for a run.
    """
    deadline = time.monotonic() + ASKING_SECONDS
    while not _took_at_once(descriptor, kind):
        if not _took_at_once(descriptor, fcntl.LOCK_SH):
            return False
        fcntl.flock(descriptor, fcntl.LOCK_UN)
        if time.monotonic() >= deadline:
            return False
        time.sleep(PAUSE_SECONDS)
    return True


def _took_at_once(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _opened() -> int:
    """Open the lock for reading, which is enough to lock it: it may be another user's file."""
    path = Path(tempfile.gettempdir()) / LOCK
    try:
        _create(path)
        return os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError as error:
        message = (
            f"{path} cannot be used as the machine's lock ({error.strerror}). Remove it, or set TMPDIR to another "
            "folder."
        )
        raise UsageError(message) from error


def _create(path: Path) -> None:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CREAT | os.O_EXCL, EVERYONE_READS)
    except FileExistsError:
        return
    try:
        os.fchmod(descriptor, EVERYONE_READS)  # open() subtracts the umask, and the next user could not open it
    finally:
        os.close(descriptor)
