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
from harness.runs import EXPERIMENT, TRIALS, replacing
from harness.seals import sealed, sealed_document


def write_experiment(run: Path, experiment: Experiment) -> None:
    """Write `experiment.json` whole or not at all."""
    try:
        with replacing(run / EXPERIMENT) as file:
            file.write(sealed_document(msgspec.json.encode(experiment)))
    except OSError as error:
        with contextlib.suppress(OSError):  # without an experiment it is no run
            run.rmdir()
        raise durable.unwritable(run / EXPERIMENT, error) from error


@contextmanager
def journal(run: Path) -> Iterator[BinaryIO]:
    """Open `trials.jsonl` for appending; a line that an earlier process left torn is ended and harms no other."""
    try:
        opened = open(run / TRIALS, "ab+", buffering=0, opener=_no_link)  # noqa: SIM115 - closed by the block below
    except OSError as error:
        raise durable.unwritable(run / TRIALS, error) from error
    with opened as file:
        durable.lock(file)
        if file.tell():
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":
                durable.append(file, b"\n")
        yield file


def _no_link(path: str, flags: int) -> int:
    """A link in a run's place could lead to any file."""
    return os.open(path, flags | os.O_NOFOLLOW, 0o666)


def append(file: BinaryIO, trial: Trial) -> None:
    """Write one trial and wait until the disk has it."""
    durable.append(file, sealed(msgspec.json.encode(trial)) + b"\n")
