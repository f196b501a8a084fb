"""The journal: one JSON line for each trial, on the disk before the next one starts. It is the only record."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import msgspec

from harness.records import Experiment, Trial
from harness.runs import EXPERIMENT, TRIALS


def write_experiment(run: Path, experiment: Experiment) -> None:
    """Write `experiment.json` whole or not at all."""
    text = msgspec.json.format(msgspec.json.encode(experiment), indent=1)
    unfinished = run / f"{EXPERIMENT}.new"
    unfinished.write_bytes(text + b"\n")
    unfinished.replace(run / EXPERIMENT)


@contextmanager
def journal(run: Path) -> Iterator[BinaryIO]:
    """Open `trials.jsonl` for appending; a line that an earlier process left torn is ended and harms no other."""
    with (run / TRIALS).open("ab+") as file:
        if file.tell():
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":
                file.write(b"\n")
        yield file


def append(file: BinaryIO, trial: Trial) -> None:
    """Write one trial and wait until the disk has it."""
    file.write(msgspec.json.encode(trial) + b"\n")
    file.flush()
    os.fsync(file.fileno())
