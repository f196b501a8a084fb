"""Made-up runs are whole: what is measured of them is what a run of that size costs."""

from pathlib import Path

from harness.runs import read_experiment, read_run
from tests.lab.support import synthetic_runs
from tests.lab.tables.site import Runs


def test_every_trial_of_a_synthetic_run_is_read_back(tmp_path: Path) -> None:
    count = synthetic_runs.write(tmp_path / "run", 2)
    _, journal = read_run(tmp_path / "run")

    assert (len(journal.trials), journal.damaged_lines, journal.foreign_lines) == (count, 0, 0)
    assert count == 2 * synthetic_runs.TRIALS_IN_A_BLOCK


def test_each_run_of_a_synthetic_site_is_one(tmp_path: Path) -> None:
    runs = Runs(tmp_path, 2)

    started = [read_experiment(run).started_at for run in sorted(runs.results.iterdir())]
    assert len(set(started)) == 2
