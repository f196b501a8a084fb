"""The journal: one JSON line for each trial, on the disk before the next one starts. It is the only record."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import msgspec

from harness.errors import UsageError
from harness.records import Experiment, Trial
from harness.runs import EXPERIMENT, TRIALS, replacing
from harness.runs.checksum import sealed, sealed_document


def write_experiment(run: Path, experiment: Experiment) -> None:
    """Write `experiment.json` whole or not at all."""
    try:
        with replacing(run / EXPERIMENT) as file:
            file.write(sealed_document(msgspec.json.encode(experiment)))
    except OSError as error:
        with contextlib.suppress(OSError):  # without an experiment it is no run
            run.rmdir()
        raise unwritable(run / EXPERIMENT, error) from error


@contextmanager
def journal(run: Path) -> Iterator[BinaryIO]:
    """Open `trials.jsonl` for appending; a line that an earlier process left torn is ended and harms no other."""
    try:
        opened = open(run / TRIALS, "ab+", buffering=0, opener=_no_link)  # noqa: SIM115 - closed by the block below
    except OSError as error:
        raise unwritable(run / TRIALS, error) from error
    with opened as file:
        lock(file)
        if file.tell():
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":
                append_line(file, b"\n")
        yield file


def _no_link(path: str, flags: int) -> int:
    """A link in a run's place could lead to any file."""
    return os.open(path, flags | os.O_NOFOLLOW, 0o666)


def append(file: BinaryIO, trial: Trial) -> None:
    """Write one trial and wait until the disk has it."""
    append_line(file, sealed(msgspec.json.encode(trial)) + b"\n")


def append_line(file: BinaryIO, line: bytes) -> None:
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
            f"{file.name} cannot be written ({error.strerror}), so the run has stopped. The trials before are in it. "
            "Make room there."
        )
        raise UsageError(message) from error


def lock(file: BinaryIO) -> None:
    """Lock a file for writing; UsageError names the process that holds it already."""
    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        run = Path(str(file.name)).parent
        message = f"{run} is being measured already ({holder(file.fileno())}). Wait for its end, then resume it."
        raise UsageError(message) from None


def unwritable(path: Path, error: OSError) -> UsageError:
    """Return the error for a run's file that cannot be opened or written."""
    return UsageError(f"{path} cannot be written ({error.strerror}). Make room there, or make it writable.")


def holder(descriptor: int) -> str:
    """Return "process 1234" where the kernel gives it: Linux lists the holder of each file's lock."""
    inode = f":{os.fstat(descriptor).st_ino}"
    with contextlib.suppress(OSError):
        for line in Path("/proc/locks").read_text(encoding="ascii").splitlines():
            words = line.split()
            if "->" not in words and words[1] == "FLOCK" and words[5].endswith(inode):
                return f"process {words[4]}"
    return "a process that this system does not name"
