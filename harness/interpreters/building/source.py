"""CPython's source code: the tree or tarball that the user names, unpacked and its version read."""

import os
import re
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

from harness.errors import UsageError

SOURCE_VARIABLE = "CPYTHON_SOURCE"


@dataclass(frozen=True)
class Source:
    """A source tree to build from."""

    tree: Path
    version: str  # "3.13.5"
    origin: str  # of what is built from it, for people


def named_path() -> Path | None:
    """Return the tree or tarball that CPYTHON_SOURCE names, None if the variable is not set."""
    given = os.environ.get(SOURCE_VARIABLE)
    return Path(given).expanduser().resolve() if given else None


def named(minor: str, work: Path) -> Source | None:
    """Return the source that CPYTHON_SOURCE names, unpacked below `work`; None if the variable is not set.

    Raises UsageError if it is no CPython source or of another version than `minor` ("3.13").
    """
    path = named_path()
    if not path:
        return None
    if not path.exists():
        message = f"{SOURCE_VARIABLE} names {path}, which does not exist; name a source tree or tarball."
        raise UsageError(message)
    tree = path if path.is_dir() else unpack(path, work)
    return checked(Source(tree, version(tree), f"built here from {path.name}"), minor)


def checked(source: Source, minor: str) -> Source:
    """Return the source if it is of the minor version wanted; raises UsageError if not."""
    if not source.version.startswith(f"{minor}."):
        message = f"the source at hand is CPython {source.version}, not {minor}; name another one."
        raise UsageError(message)
    return source


def version(tree: Path) -> str:
    """Read the version of a source tree from Include/patchlevel.h; raises UsageError if it is none."""
    header = tree / "Include" / "patchlevel.h"
    if not header.is_file() or not (tree / "configure").is_file():
        message = f"{tree} is not a CPython source tree: it lacks configure or Include/patchlevel.h."
        raise UsageError(message)
    version_line = re.search(r'#define\s+PY_VERSION\s+"([^"+]+)', header.read_text(encoding="utf-8"))
    if not version_line:
        message = f"{header} does not say which version of CPython it is; name another source."
        raise UsageError(message)
    return version_line[1]


def unpack(tarball: Path, work: Path) -> Path:
    """Unpack a source tarball into `work` and return the tree; raises UsageError if it cannot be read."""
    folder = work / "source"
    folder.mkdir(parents=True)
    try:
        if hasattr(tarfile, "data_filter"):
            with tarfile.open(tarball) as archive:
                archive.extractall(folder, filter="data")
        else:  # Python 3.11 before 3.11.4; tar refuses to write outside the folder by itself
            untar = ["tar", "-xf", str(tarball), "-C", str(folder)]
            subprocess.run(untar, check=True, capture_output=True)
    except Exception as error:  # noqa: BLE001 - every compression has an error type of its own
        message = f"{tarball.name} cannot be unpacked ({error}); is it a complete tarball? Name another one."
        raise UsageError(message) from None
    entries = list(folder.iterdir())
    return entries[0] if len(entries) == 1 else folder
