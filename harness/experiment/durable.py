"""Appending to a file so that nothing is lost when there is no room, and so that only one process does it."""

import fcntl
import os
from pathlib import Path
from typing import BinaryIO

from harness.errors import UsageError
from harness.experiment.alone import holder


def append(file: BinaryIO, line: bytes) -> None:
    """Append a line and wait until the disk has it; UsageError when that cannot be, and then the file is as before."""
    descriptor = file.fileno()
    before = os.fstat(descriptor).st_size
    rest = memoryview(line)
    try:
        while rest:  # a disk that is nearly full takes a part
            rest = rest[os.write(descriptor, rest) :]
        os.fsync(descriptor)
    except OSError as error:
        os.ftruncate(descriptor, before)
        message = (
            f"{file.name} cannot be written ({error.strerror}), so the run has stopped. What was measured before is "
            "in it. Make room there."
        )
        raise UsageError(message) from error


def lock(file: BinaryIO) -> None:
    """Be the only one who writes this file; UsageError names the process that does already."""
    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        run = Path(str(file.name)).parent
        message = f"{run} is being measured already ({holder(file.fileno())}). Wait for its end, then resume it."
        raise UsageError(message) from None


def unwritable(path: Path, error: OSError) -> UsageError:
    """Return what to say of a run's file that cannot be opened or written."""
    return UsageError(f"{path} cannot be written ({error.strerror}). Make room there, or make it writable.")
