"""One run at a time on a machine: two would measure each other."""

import contextlib
import fcntl
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from harness.errors import UsageError
from harness.runs.journal import holder

LOCK = "free-threading-harness.lock"  # among the machine's temporary files: it belongs to all of its users


@contextlib.contextmanager
def alone(*, wait: bool, said: Callable[[str], None]) -> Iterator[None]:
    """Measure as the only one here; UsageError when somebody else does, unless told to wait for the end of that.

    The kernel lets go of the lock when the process ends, however that comes, so nothing is ever left locked.
    """
    path = Path(tempfile.gettempdir()) / LOCK
    descriptor = _opened(path)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            who = holder(descriptor)
            if not wait:
                message = (
                    f"Another run is measuring on this machine ({who}), and two would measure each other. Wait for its "
                    "end, or let this one wait with --wait."
                )
                raise UsageError(message) from None
            said(f"Waiting for another run on this machine ({who}).")
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _opened(path: Path) -> int:
    """Open the lock for reading, which locking needs no more than: it may be another user's file."""
    try:
        os.close(os.open(path, os.O_RDONLY | os.O_CREAT | os.O_EXCL, 0o644))
    except FileExistsError:
        pass
    except OSError as error:
        raise UsageError(_unusable(path, error)) from error
    try:
        return os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError as error:
        raise UsageError(_unusable(path, error)) from error


def _unusable(path: Path, error: OSError) -> str:
    return (
        f"{path} cannot be used as the machine's lock ({error.strerror}). Remove it, or set TMPDIR to another folder."
    )
