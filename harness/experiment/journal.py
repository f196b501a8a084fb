"""The journal: one JSON line for each trial, on the disk before the next one starts. It is the only record."""

import contextlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import msgspec

from harness.experiment import durable
from harness.records import Experiment, Trial
from harness.runs import EXPERIMENT, TRIALS


def write_experiment(run: Path, experiment: Experiment) -> None:
    """Write `experiment.json` whole or not at all."""
    text = msgspec.json.format(msgspec.json.encode(experiment), indent=1)
    unfinished = run / f"{EXPERIMENT}.new"
    try:
        unfinished.write_bytes(text + b"\n")
        unfinished.replace(run / EXPERIMENT)
    except OSError as error:
        with contextlib.suppress(OSError):  # without an experiment it is no run
            unfinished.unlink(missing_ok=True)
            run.rmdir()
        raise durable.unwritable(run / EXPERIMENT, error) from error


@contextmanager
def journal(run: Path) -> Iterator[BinaryIO]:
    """Open `trials.jsonl` for appending; a line that an earlier process left torn is ended and harms no other."""
    try:
        opened = (run / TRIALS).open("ab+", buffering=0)
    except OSError as error:
        raise durable.unwritable(run / TRIALS, error) from error
    with opened as file:
        durable.lock(file)
        if file.tell():
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":
                durable.append(file, b"\n")
        yield file


def append(file: BinaryIO, trial: Trial) -> None:
    """Write one trial and wait until the disk has it."""
    durable.append(file, msgspec.json.encode(trial) + b"\n")
