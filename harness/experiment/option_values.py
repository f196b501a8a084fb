"""The values of options: read from the command line, and written so that they can be read again."""

import re
from argparse import ArgumentTypeError
from pathlib import Path
from typing import cast

from harness.records import MODES, Mode
from harness.records.values import MOST

LONGEST_SECONDS = 7 * 24 * 3600.0
MOST_WORKERS = 1024


def read_modes(text: str) -> tuple[Mode, ...]:
    """Read "threads,serial"; return the modes in the order of `MODES`."""
    names = text.split(",")
    unknown = next((name for name in names if name not in MODES), None)
    if unknown is not None:
        message = f"there is no mode {unknown!r}; the modes are {', '.join(MODES)}"
        raise ArgumentTypeError(message)
    return tuple(mode for mode in MODES if mode in cast("list[Mode]", names))


def read_sites(text: str) -> tuple[str, ...]:
    """Read addresses with commas between them."""
    addresses = tuple(part for part in text.split(",") if part)
    if not addresses:
        message = "no address is named"
        raise ArgumentTypeError(message)
    if any("@" in address.partition("://")[2].partition("/")[0] for address in addresses):
        message = "an address has a user or a password in it, and addresses are published with the run"
        raise ArgumentTypeError(message)
    return addresses


def read_positive(text: str) -> int:
    """Read a whole number from 1 to 999999."""
    if not re.fullmatch(r"[0-9]{1,6}", text) or int(text) < 1:
        message = f"{text!r} is not a whole number from 1 up"
        raise ArgumentTypeError(message)
    return int(text)


def read_workers(text: str) -> tuple[int, ...]:
    """Read "4,1"; return the counts in order, each once."""
    counts = tuple(sorted({read_positive(part) for part in text.split(",")}))
    if counts[-1] > MOST_WORKERS:
        message = f"{counts[-1]} workers are more than this harness starts ({MOST_WORKERS})"
        raise ArgumentTypeError(message)
    return counts


def read_seconds(text: str) -> float:
    """Read "90s", "15m", "2h" or a number of seconds; return seconds."""
    match = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)([smh]?)", text)
    if match is None or float(match[1]) <= 0:
        message = f"{text!r} is not a time; write it like 90s, 15m or 2h"
        raise ArgumentTypeError(message)
    seconds = float(match[1]) * {"": 1, "s": 1, "m": 60, "h": 3600}[match[2]]
    if seconds > LONGEST_SECONDS:
        message = f"{text!r} is longer than a week"
        raise ArgumentTypeError(message)
    return seconds


def read_bytes(text: str) -> int:
    """Read "500M", "4G" or a number of bytes; return bytes."""
    match = re.fullmatch(r"([0-9]{1,15})([KMGT]?)", text)
    if match is None or int(match[1]) < 1:
        message = f"{text!r} is not an amount of memory; write it like 500M or 4G"
        raise ArgumentTypeError(message)
    amount = int(match[1]) * {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}[match[2]]
    if amount > MOST:
        message = f"{text!r} is more memory than any machine has"
        raise ArgumentTypeError(message)
    return amount


def read_seed(text: str) -> int:
    """Read a whole number that a run directory can hold."""
    if not re.fullmatch(r"-?[0-9]{1,16}", text) or abs(int(text)) > MOST:
        message = f"{text!r} is not a whole number from -{MOST} to {MOST}"
        raise ArgumentTypeError(message)
    return int(text)


def read_folder(text: str) -> Path:
    """Read a path and make it absolute."""
    if not text.isprintable():  # bytes that are no text, or ends of lines: it is printed in commands to copy
        message = f"{text!r} is not text in one line"
        raise ArgumentTypeError(message)
    try:
        return Path(text).expanduser().resolve()
    except (RuntimeError, OSError) as error:  # a user without a home; a circle of links
        message = f"{text!r} is no folder ({error})"
        raise ArgumentTypeError(message) from error


def listed(values: tuple[object, ...]) -> str:
    """Write values with commas between them."""
    return ",".join(map(str, values))


def seconds_text(seconds: float) -> str:
    """Write "90s"."""
    return f"{seconds:g}s"


def file_name(path: str) -> str:
    """Write a file by its name only: the rest of its path may name a person."""
    return path.rpartition("/")[2]
