"""Files whose names are used once: those of a process, of a trial.

pathlib interns every part of a path that it is given, and CPython 3.12 keeps for good what is interned: in a run of
many thousand trials these would grow more than what is measured. So these paths are plain strings.
"""

import os


def read(path: str) -> bytes:
    """Return what is in a file; OSError where there is none."""
    with open(path, "rb") as file:  # noqa: PTH123
        return file.read()


def write(path: str, content: bytes) -> None:
    """Write into a file that is there; OSError where there is none."""
    with open(path, "r+b", buffering=0) as file:  # noqa: PTH123
        file.write(content)


def exists(path: str) -> bool:
    """Whether there is such a file."""
    return os.path.exists(path)  # noqa: PTH110


def listed(path: str) -> list[str]:
    """Return the names in a folder; OSError where there is none."""
    return os.listdir(path)  # noqa: PTH208
