"""Our folder in the user's cache: built interpreters, logs of failed builds, and the lock that guards them."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harness.errors import UsageError
from harness.interpreters.progress import Say


def root() -> Path:
    """Return $XDG_CACHE_HOME/free-threading-harness, by default below ~/.cache; it may not exist yet."""
    given = Path(os.environ.get("XDG_CACHE_HOME", ""))
    # The XDG specification says that a relative path is to be ignored.
    return (given if given.is_absolute() else Path.home() / ".cache") / "free-threading-harness"


def interpreters() -> Path:
    """Return the folder of built interpreters: one folder each, named like cpython-3.13.5t."""
    return root() / "interpreters"


def log_file(name: str) -> Path:
    """Return where the log of a build goes; it is kept only when the build fails."""
    return root() / "logs" / f"{name}.log"


@contextmanager
def locked(say: Say) -> Iterator[None]:
    """Hold the cache's lock, waiting for another process that has it; the system frees it when a process dies.

    Raises UsageError if the cache cannot be written.
    """
    try:
        for folder in (root(), interpreters(), root() / "logs"):
            folder.mkdir(parents=True, exist_ok=True)
        lock = (root() / "lock").open("a")
    except OSError as error:
        message = f"The cache folder {root()} cannot be written ({error.strerror}); name another with XDG_CACHE_HOME."
        raise UsageError(message) from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another process is building interpreters in the same cache; waiting for it to finish.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def workspace() -> Iterator[Path]:
    """Give a folder for one build and remove it afterwards, with any a killed build left; call it under the lock."""
    for leftover in root().glob("work-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    # In the cache, not in /tmp: an installed interpreter can only be renamed into place on the same file system.
    with tempfile.TemporaryDirectory(prefix="work-", dir=root(), ignore_cleanup_errors=True) as folder:
        yield Path(folder)
