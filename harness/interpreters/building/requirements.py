"""What compiling CPython needs of the machine; looked at first, for a compile fails late and unclearly."""

import os
import shlex
import shutil
import subprocess

from harness.errors import UsageError
from harness.interpreters.building import cache

# Header and the Debian package that brings it, for the modules that a worker and its dependencies import.
HEADERS = {
    "openssl/ssl.h": "libssl-dev",
    "zlib.h": "zlib1g-dev",
    "ffi.h": "libffi-dev",
    "lzma.h": "liblzma-dev",
    "sqlite3.h": "libsqlite3-dev",
    "bzlib.h": "libbz2-dev",
}
COMPILERS = ("gcc", "cc", "clang")


def check() -> None:
    """Raise UsageError naming the Debian packages to install, if anything that a build needs is missing."""
    if " " in str(cache.root()):
        message = f"CPython cannot be built in {cache.root()}: the path has a space; set XDG_CACHE_HOME."
        raise UsageError(message)
    command = compiler()
    tools = [] if command else ["a C compiler"]
    tools += [] if shutil.which("make") else ["make"]
    headers = [header for header in HEADERS if command and not _has_header(command, header)]
    packages = [*(["build-essential"] if tools else []), *(HEADERS[header] for header in headers)]
    if packages:
        remedy = "install them with: sudo apt-get install" if shutil.which("apt-get") else "install what Debian calls"
        needed = ", ".join([*tools, *headers])
        message = f"compiling CPython needs {needed}, not found here; {remedy} {' '.join(packages)}"
        raise UsageError(message)


def compiler() -> list[str]:
    """Return the compiler that configure would take; empty where there is none."""
    given = shlex.split(os.environ.get("CC", ""))
    if given:
        return given if shutil.which(given[0]) else []
    return next(([name] for name in COMPILERS if shutil.which(name)), [])


def _has_header(compiler: list[str], header: str) -> bool:
    flags = shlex.split(os.environ.get("CPPFLAGS", ""))
    completed = subprocess.run(
        [*compiler, *flags, "-E", "-x", "c", "-"],
        input=f"#include <{header}>\n".encode(),
        capture_output=True,
        check=False,
    )
    return completed.returncode == 0
