"""What a worker writes on its standard output and error: kept in memory, up to a limit that nobody can exceed.

On Linux it is a file in memory whose size is sealed (memfd_create(2), F_SEAL_GROW): beyond the limit a write fails in
the worker, nothing reaches the disk, and nobody has to read while the worker is measured. Elsewhere it is a temporary
file without a limit.
"""

import fcntl
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from harness.experiment.process.scrub import scrubbed

LIMIT_BYTES = 16 * 2**20
LAST_BYTES = 20_000
LONGEST = 300
TOO_MUCH = f"it wrote more than {LIMIT_BYTES // 2**20} MiB on its standard output and error"


@contextmanager
def opened() -> Iterator[BinaryIO]:
    """Yield a file for a worker to write to; worker and driver share its position."""
    if sys.platform != "linux":
        with tempfile.TemporaryFile() as file:
            yield file
        return
    with os.fdopen(os.memfd_create("output", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING), "r+b", buffering=0) as file:
        os.ftruncate(file.fileno(), LIMIT_BYTES)
        fcntl.fcntl(file.fileno(), fcntl.F_ADD_SEALS, fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK)
        yield file


def too_many(file: BinaryIO) -> bool:
    """Return whether more was written than there is room for."""
    return sys.platform == "linux" and file.tell() >= LIMIT_BYTES


def last(file: BinaryIO) -> str:
    """Return the last line that was written, ready to be added to a sentence; empty when there is none."""
    written = file.tell()
    text = os.pread(file.fileno(), min(written, LAST_BYTES), max(0, written - LAST_BYTES))
    lines = [line for line in text.decode(errors="replace").splitlines() if line.strip("\0 \t")]
    return f"; its last words: {scrubbed(lines[-1].strip())[:LONGEST]}" if lines else ""
