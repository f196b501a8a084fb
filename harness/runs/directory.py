"""Make a run directory: checked before anything is measured, named by the time at which measuring begins."""

import tempfile
from pathlib import Path

from harness.errors import UsageError
from harness.records import Experiment
from harness.runs import journal


def refuse_unwritable(results: Path) -> None:
    """Make the folder of the runs; UsageError where no run directory can be made in it."""
    try:
        results.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=results):
            pass
    except OSError as error:
        message = f"No run directory can be made in {results}: {error.strerror}. Choose another with --results."
        raise UsageError(message) from error


def make_run(results: Path, experiment: Experiment) -> Path:
    """Make a new directory with the experiment in it, and return it."""
    name = experiment.started_at.replace(":", "-").replace("+00-00", "Z")
    for path in [results / name, *(results / f"{name}-{number}" for number in range(2, 100))]:
        try:
            path.mkdir()
        except FileExistsError:
            continue
        except OSError as error:
            raise journal.unwritable(path, error) from error
        journal.write_experiment(path, experiment)
        return path
    message = f"{results} has a hundred runs of this second. Choose another folder with --results."
    raise UsageError(message)
