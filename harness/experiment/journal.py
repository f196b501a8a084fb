"""The journal: one JSON line for each trial, on the disk before the next one starts. It is the only record."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import msgspec

from harness.records import Experiment, Trial
from harness.runs import EXPERIMENT, TRIALS, replacing
from harness.seals import sealed, sealed_document


def write_experiment(run: Path, experiment: Experiment) -> None:
    """Write `experiment.json` whole or not at all."""
    with replacing(run / EXPERIMENT) as file:
        file.write(sealed_document(msgspec.json.encode(experiment)))


@contextmanager
def journal(run: Path) -> Iterator[BinaryIO]:
    """Open `trials.jsonl` for appending; a line that an earlier process left torn is ended and harms no other."""
    with open(run / TRIALS, "ab+", opener=_no_link) as file:
        if file.tell():
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":
                file.write(b"\n")
        yield file


def _no_link(path: str, flags: int) -> int:
    """A link in a run's place could lead to any file."""
    return os.open(path, flags | os.O_NOFOLLOW, 0o666)


def append(file: BinaryIO, trial: Trial) -> None:
    """Write one trial and wait until the disk has it."""
    file.write(sealed(msgspec.json.encode(trial)) + b"\n")
    file.flush()
    os.fsync(file.fileno())
