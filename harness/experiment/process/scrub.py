"""Take out of a text what identifies this machine and its user: whatever a run records is published."""

import contextlib
import getpass
import os
import re
import socket
from collections.abc import Iterator

from harness import ROOT

_SECRET = re.compile(r"(?i)token|key|secret|pass|auth|cred|proxy")  # in a variable's name
_LONG = 8  # letters of a value that is more than a word
_SHORT = 4  # the same of a variable that is named like a secret
# A word that any sentence may hold: secrets, paths and addresses have digits, signs, several words or mixed cases.
_WORD = re.compile(r"[A-Za-z]?[a-z]{1,15}|[A-Z]{1,16}")
_ANYONE = {"root", "localhost"}  # names that name nobody


def scrubbed(text: str) -> str:
    """Return text that can be written and published.

    Folders of ours and of the user's are shortened, the values of environment variables become their names, and users,
    hosts and passwords in addresses become "…". Values that are words like any other are left, unless their variable is
    named like a secret.
    """
    text = text.encode(errors="backslashreplace").decode()  # a lone surrogate cannot be written
    text = re.sub(r"(?<=://)[^\s/@]+@", "…@", text.replace(f"{ROOT}/", ""))
    for pattern, substitute in _substitutions():
        text = re.sub(pattern, substitute, text)
    names = {name for name in _names() if name and name not in _ANYONE}
    for name in sorted(names, key=len, reverse=True):
        text = re.sub(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])", "…", text)
    return text


def _substitutions() -> list[tuple[str, str]]:
    """Return patterns and what takes their place, the longest value first: one may be the beginning of another."""
    values = {home: (_whole(home), "~") for home in _homes() if len(home) > 1}
    for name, value in os.environ.items():
        for line in map(str.strip, value.splitlines()):
            if _SECRET.search(name) and len(line) >= _SHORT:
                values.setdefault(line, (re.escape(line), _literal(f"${name}")))
            elif len(line) >= _LONG and not _WORD.fullmatch(line):
                values.setdefault(line, (_whole(line), _literal(f"${name}")))
    return [values[value] for value in sorted(values, key=len, reverse=True)]


def _literal(text: str) -> str:
    """Return text in which a substitution finds no reference to a group."""
    return text.replace("\\", r"\\")


def _whole(value: str) -> str:
    """Return a pattern for a value that is no part of a longer word."""
    before = r"(?<![A-Za-z0-9])" if value[0].isalnum() else ""
    after = r"(?![A-Za-z0-9])" if value[-1].isalnum() else ""
    return before + re.escape(value) + after


def _homes() -> Iterator[str]:
    yield os.path.expanduser("~")  # noqa: PTH111 - Path.home() raises where there is none
    with contextlib.suppress(ImportError, KeyError):
        import pwd  # noqa: PLC0415 - there is none where there are no such users

        yield pwd.getpwuid(os.getuid()).pw_dir


def _names() -> Iterator[str]:
    yield from (os.environ.get(name, "") for name in ("USER", "LOGNAME", "USERNAME", "HOSTNAME"))
    with contextlib.suppress(OSError, KeyError, ImportError):
        yield getpass.getuser()
    host = socket.gethostname()
    yield from (host, host.partition(".")[0])
