"""What the surroundings of a run must not do: change what is measured unsaid, or get into what is published."""

import contextlib
import getpass
import os
import re
import socket
from collections.abc import Iterator, Mapping
from pathlib import Path

from harness import ROOT

# They reach what is measured and change its speed: allocators, the dynamic linker, thread pools of numeric libraries,
# and the switches with which aiohttp's family leaves its compiled modules out.
_SPEED = re.compile(
    r"(MALLOC|MIMALLOC|TCMALLOC|JEMALLOC|OMP|GOMP|KMP|OPENBLAS|MKL|BLIS|NUMEXPR|VECLIB|OPENSSL|PYPERF)_\w+"
    r"|LD_\w+|DYLD_\w+|GLIBC_TUNABLES|SSLKEYLOGFILE|\w+_NO_EXTENSIONS"
)
_SECRET = re.compile(r"(?i)token|key|secret|pass|auth|cred|proxy")
_LONG, _SHORT = 8, 4  # of a value that is told from ordinary words: of any variable, of one that is named like a secret
_ANYONE = {"root", "localhost"}  # names that name nobody


def environment(python_gil: str | None) -> dict[str, str]:
    """Return what a worker sees: this process's environment without any PYTHON* setting but ours, and without proxies.

    requests takes a proxy from there and aiohttp does not, so the modes would not fetch the same way.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON") and not _is_proxy(name)}
    kept["PYTHONPATH"] = str(ROOT)
    kept["NO_PROXY"] = kept["no_proxy"] = "*"  # the system's own settings too (macOS)
    return kept if python_gil is None else {**kept, "PYTHON_GIL": python_gil}


def _is_proxy(name: str) -> bool:
    return name.lower().endswith("_proxy")


def has_proxy() -> bool:
    """Whether a proxy is set outside, which nothing here takes."""
    return any(_is_proxy(name) and name.lower() != "no_proxy" for name in os.environ)


def influences(environment: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """Return the names of the variables that change how fast things are; what they are set to is nobody's business."""
    return tuple(sorted(name for name, value in environment.items() if value and _SPEED.fullmatch(name)))


def scrubbed(text: str) -> str:
    """Return text that can be written, without what tells of this machine and its user: what is recorded is published.

    Folders of ours and of the user's are shortened, what environment variables hold becomes their names, and users,
    hosts and passwords in addresses become "…". Short values, which are words like any other, are left.
    """
    text = text.encode(errors="backslashreplace").decode()  # a lone surrogate cannot be written
    text = re.sub(r"(?<=://)[^\s/@]+@", "…@", text.replace(f"{ROOT}/", ""))
    for said, instead in _replacements():
        text = text.replace(said, instead)
    for name in sorted({each for each in _names() if each and each not in _ANYONE}, key=len, reverse=True):
        text = re.sub(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])", "…", text)
    return text


def _replacements() -> list[tuple[str, str]]:
    """Return what is replaced by what, the longest first: one value may be the beginning of another."""
    found = [(home, "~") for home in _homes() if len(home) > 1]
    for name, value in os.environ.items():
        least = _SHORT if _SECRET.search(name) else _LONG
        found += [(line.strip(), f"${name}") for line in value.splitlines() if len(line.strip()) >= least]
    return sorted(dict(reversed(found)).items(), key=lambda each: -len(each[0]))


def _homes() -> Iterator[str]:
    with contextlib.suppress(RuntimeError):  # nobody's home
        yield str(Path.home())
    with contextlib.suppress(ImportError, KeyError):
        import pwd  # noqa: PLC0415 - there is none where there are no such users

        yield pwd.getpwuid(os.getuid()).pw_dir


def _names() -> Iterator[str]:
    yield from (os.environ.get(name, "") for name in ("USER", "LOGNAME", "USERNAME", "HOSTNAME"))
    with contextlib.suppress(OSError, KeyError, ImportError):
        yield getpass.getuser()
    host = socket.gethostname()
    yield from (host, host.partition(".")[0])
