"""Read a run directory: its experiment and its trials. Sizes are bounded by what a run can have."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import msgspec

from harness.errors import UsageError
from harness.records import FORMAT, Experiment, Journal, Trial
from harness.runs.checksum import broken, broken_document, is_sealed
from harness.runs.files import EXPERIMENT, TRIALS, opened
from harness.runs.validate import belonging, flaws, possible, too_scattered

MOST_EXPERIMENT_BYTES = 2**26  # one with all workloads and a series of a thousand points has 2 MB
MOST_LINE_BYTES = 2**22  # a trial with a pool of 1024 processes has 70 kB
TOO_LONG = b"..."
UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)  # the last one from brackets within brackets


def read_run(run: Path) -> tuple[Experiment, Journal]:
    """Read a run directory: its experiment, and the trials that belong to it; UsageError when it is not one."""
    experiment = read_experiment(run)
    journal = belonging(experiment, read_journal(run))
    scattered = too_scattered(experiment, journal.trials)
    if scattered is not None:
        message = f"{run} is no run that was measured: {scattered}, more than can be estimated. Name another one."
        raise UsageError(message)
    return experiment, journal


def read_experiment(run: Path) -> Experiment:
    """Read `experiment.json` of a run directory; UsageError when it is not one."""
    path = run / EXPERIMENT
    try:
        with opened(path) as file:
            content = file.read(MOST_EXPERIMENT_BYTES)
        _refuse_newer(run, content)
        return _sound(msgspec.json.decode(content, type=Experiment), content)
    except OSError as error:
        message = (
            f"{run} is not a run directory: {EXPERIMENT} cannot be read ({error.strerror}). Name one of results/*."
        )
        raise UsageError(message) from error
    except UNREADABLE as error:
        message = (
            f"{path} is damaged ({error}). Take the file from a copy of the run; the trials next to it are unharmed."
        )
        raise UsageError(message) from error


def _sound(experiment: Experiment, content: bytes) -> Experiment:
    if broken_document(content):
        message = "by its checksum it is not the file that was written"
        raise msgspec.ValidationError(message)
    flaw = next(flaws(experiment), None)
    if flaw is not None:
        raise msgspec.ValidationError(flaw)
    return experiment


def _refuse_newer(run: Path, content: bytes) -> None:
    written = msgspec.json.decode(content, type=_Format).format
    if written > FORMAT:
        message = f"{run} has format {written}, this harness reads up to {FORMAT}. Use the harness that wrote it."
        raise UsageError(message)


class _Format(msgspec.Struct):
    format: int


def read_journal(run: Path) -> Journal:
    """Read `trials.jsonl` as it is; lines that are torn or damaged are counted and left out, a missing file is empty.

    `read_run` leaves out the trials of other experiments.
    """
    decoder = msgspec.json.Decoder(Trial)
    trials: list[Trial] = []
    damaged = 0
    always = _has_checksums(run)
    for line in _lines(run / TRIALS):
        trial = None if broken(line, always=always) else _trial(decoder, line)
        if trial is not None:
            trials.append(trial)
        elif line:
            damaged += 1
    return Journal(trials=tuple(trials), damaged_lines=damaged)


def _trial(decoder: msgspec.json.Decoder[Trial], line: bytes) -> Trial | None:
    try:
        trial = decoder.decode(line)
    except UNREADABLE:
        return None
    return trial if possible(trial) else None


def _has_checksums(run: Path) -> bool:
    """Whether the run was written with checksums; then a line without one has lost it."""
    try:
        with opened(run / EXPERIMENT) as file:
            return is_sealed(file.read(MOST_EXPERIMENT_BYTES))
    except OSError:
        return False


def _lines(path: Path) -> Iterator[bytes]:
    """One after the other: of a long run the text takes as much memory as the trials do. Too long ones are cut."""
    try:
        with opened(path) as file:
            while line := file.readline(MOST_LINE_BYTES):
                yield line.strip() if len(line) < MOST_LINE_BYTES else TOO_LONG
                while len(line) == MOST_LINE_BYTES and not line.endswith(b"\n"):
                    line = file.readline(MOST_LINE_BYTES)
    except FileNotFoundError:
        return
    except OSError as error:
        message = f"{path} cannot be read ({error.strerror}). Take the file from a copy of the run."
        raise UsageError(message) from error


def newest(results: Path) -> Path:
    """Return the run directory below `results` with the latest `started_at`; UsageError when there is none."""
    runs = newest_first(results)
    if runs:
        return runs[0][0]
    message = f"There is no run in {results}. Make one with `nox -s bench`, or name a run directory."
    raise UsageError(message)


def newest_first(results: Path) -> list[tuple[Path, Experiment]]:
    """Return the run directories below `results` that can be read, with their experiments, latest start first."""
    runs: list[tuple[Path, Experiment]] = []
    for path in results.glob(f"*/{EXPERIMENT}"):
        with contextlib.suppress(UsageError):
            runs.append((path.parent, read_experiment(path.parent)))
    return sorted(runs, key=lambda run: (run[1].started_at, str(run[0])), reverse=True)
