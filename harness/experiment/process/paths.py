"""Files whose names are used once: those of a process, of a trial.

pathlib interns every part of a path that it is given, and CPython 3.12 keeps for good what is interned: in a run of
many thousand trials that would grow more than what is measured. So these paths are plain strings.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from harness.errors import UsageError


def read(path: str) -> bytes:
    """Return the content of a file; OSError where there is none."""
    with open(path, "rb") as file:  # noqa: PTH123
        return file.read()


def write(path: str, content: bytes) -> None:
    """Write into an existing file; OSError where there is none."""
    with open(path, "r+b", buffering=0) as file:  # noqa: PTH123
        file.write(content)


def exists(path: str) -> bool:
    """Return whether there is such a file."""
    return os.path.exists(path)  # noqa: PTH110


def listed(path: str) -> list[str]:
    """Return the names in a folder; OSError where there is none."""
    return os.listdir(path)  # noqa: PTH208


@contextmanager
def temporary_folder(prefix: str) -> Iterator[str]:
    """Yield a new folder, which is removed with the block; UsageError where there is no room for one."""
    try:
        folder = tempfile.TemporaryDirectory(prefix=prefix)
    except OSError as error:
        where = tempfile.gettempdir()
        message = f"No temporary folder can be made in {where} ({error.strerror}). Make room there, or set TMPDIR."
        raise UsageError(message) from error
    with folder as name:
        yield name
