"""Measure a run to its end, or until it is interrupted, and have its report made."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from harness.errors import UsageError
from harness.experiment.console import show
from harness.experiment.measure import memory_trial
from harness.experiment.measure.loop import measure
from harness.experiment.measure.trial import Bench
from harness.experiment.process import orphans
from harness.experiment.progress import watching
from harness.records import Trial
from harness.runs import journal, read_run

NOTHING_MEASURED = 1
INTERRUPTED = 130  # what a shell reports for a program that Ctrl-C ended


def measure_and_report(bench: Bench, run: Path, failures: Sequence[Trial], again: str, console: Console) -> int:
    """Return the exit status; `failures` are the trials of a new run that failed, `again` the command to resume it."""
    children = orphans.children()
    try:
        status = _measure(bench, run, failures, console)
    except KeyboardInterrupt:
        status = INTERRUPTED
        orphans.end(children, 0.0)  # a worker that was just being started, too
        show(console, "Interrupted; the report is made from the trials so far.")
    except UsageError as error:
        message = f"{error} Then go on with: {again}"
        raise UsageError(message) from error
    reported = _report(run, console)
    if INTERRUPTED in (status, reported):
        show(console, f"Go on with: {again}")
        return INTERRUPTED
    return reported or status


def _measure(bench: Bench, run: Path, failures: Sequence[Trial], console: Console) -> int:
    with journal.journal(run) as file, watching(bench.experiment, console) as progress:
        for trial in failures:
            journal.append(file, trial)
        reason = measure(bench, file, read_run(run)[1].trials, progress)
        measured = read_run(run)[1].trials
        if bench.experiment.settings.memory_blocks:
            for trial in memory_trial.measure_memory(bench, measured, progress):
                journal.append(file, trial)
    show(console, f"Done: {reason}.")
    return 0 if any(trial.status == "ok" for trial in measured) else NOTHING_MEASURED


def _report(run: Path, console: Console) -> int:
    """Make the report in a process of its own, so that measuring never loads what draws plots."""
    try:
        return subprocess.run([sys.executable, "-m", "harness", "report", str(run)], check=False).returncode
    except KeyboardInterrupt:
        show(
            console,
            f"Interrupted while the report was made; the trials are in {run}. Make it with: nox -s report -- {run}",
        )
        return INTERRUPTED
