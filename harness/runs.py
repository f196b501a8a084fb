"""Run directories: where the files of one are, and reading them back."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import msgspec

from harness.errors import UsageError
from harness.records import FORMAT, Experiment, Journal, Trial

EXPERIMENT, TRIALS, CONTRASTS = "experiment.json", "trials.jsonl", "contrasts.json"
REPORT, PAGE = "report.md", "report.html"


def read_experiment(run: Path) -> Experiment:
    """Read `experiment.json` of a run directory; UsageError when it is not one."""
    path = run / EXPERIMENT
    try:
        content = path.read_bytes()
        _refuse_newer(run, content)
        return msgspec.json.decode(content, type=Experiment)
    except OSError as error:
        message = (
            f"{run} is not a run directory: {EXPERIMENT} cannot be read ({error.strerror}). Name one of results/*."
        )
        raise UsageError(message) from error
    except msgspec.DecodeError as error:
        message = (
            f"{path} is damaged ({error}). Take the file from a copy of the run; the trials beside it are unharmed."
        )
        raise UsageError(message) from error


def _refuse_newer(run: Path, content: bytes) -> None:
    written = msgspec.json.decode(content, type=_Format).format
    if written > FORMAT:
        message = f"{run} has format {written}, this harness reads up to {FORMAT}. Use the harness that wrote it."
        raise UsageError(message)


class _Format(msgspec.Struct):
    format: int


def read_journal(run: Path) -> Journal:
    """Read `trials.jsonl`; lines that are torn or damaged are counted and left out, a missing file is an empty one."""
    decoder = msgspec.json.Decoder(Trial)
    trials: list[Trial] = []
    damaged = 0
    for line in _lines(run / TRIALS):
        try:
            trials.append(decoder.decode(line))
        except (msgspec.DecodeError, UnicodeDecodeError):
            damaged += bool(line.strip())
    return Journal(trials=tuple(trials), damaged_lines=damaged)


def _lines(path: Path) -> Iterator[bytes]:
    """One after the other: of a long run the text takes as much memory as the trials do."""
    try:
        with path.open("rb") as file:
            yield from file
    except FileNotFoundError:
        return


def newest(results: Path) -> Path:
    """Return the run directory below `results` with the latest `started_at`; UsageError when there is none."""
    for run, _ in newest_first(results):
        return run
    message = f"There is no run in {results}. Make one with `nox -s bench`, or name a run directory."
    raise UsageError(message)


def newest_first(results: Path) -> list[tuple[Path, Experiment]]:
    """Return the run directories below `results` that can be read, with their experiments, latest start first."""
    found: list[tuple[Path, Experiment]] = []
    for path in results.glob(f"*/{EXPERIMENT}"):
        with contextlib.suppress(UsageError):
            found.append((path.parent, read_experiment(path.parent)))
    return sorted(found, key=lambda each: (each[1].started_at, str(each[0])), reverse=True)
