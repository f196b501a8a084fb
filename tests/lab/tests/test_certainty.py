"""Two versions' runs are compared by squared width times seconds, whatever their lengths."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from harness.errors import UsageError
from harness.report.exports.contrasts_file import write_contrasts
from harness.report.results import derive
from tests.builders import an_experiment, trials_like, write_run
from tests.lab.tables import certainty

ARMS, CASES = ("3.13", "3.13t"), [("serial", 1), ("threads", 2)]
EXPERIMENT = an_experiment(ARMS, CASES)


def run(folder: Path, spread: float, slower: float = 1.0) -> Path:
    """A run whose times are spread so far, with trials that last `slower` times as long."""
    speeds = {(arm, mode, workers): 0.2 for arm in ARMS for mode, workers in CASES}
    trials = [replace(t, elapsed_seconds=slower * t.elapsed_seconds) for t in trials_like(speeds, 12, spread)]
    path = write_run(folder, EXPERIMENT, trials)
    write_contrasts(derive(path), path)
    return path


def test_half_the_width_in_the_same_time_needs_a_quarter_of_it(tmp_path: Path) -> None:
    wide, narrow = run(tmp_path / "wide", 0.02), run(tmp_path / "narrow", 0.01)

    sentence = certainty.sentence([certainty.read(wide)], [certainty.read(narrow)])

    assert ": 0.25 (0.25 to 0.25) by the time of whole runs, 0.25 (0.25 to 0.25) by that" in sentence


def test_the_same_width_in_twice_the_time_needs_twice_as_long(tmp_path: Path) -> None:
    quick, slow = run(tmp_path / "quick", 0.01), run(tmp_path / "slow", 0.01, slower=2.0)

    assert "2.00 (2.00 to 2.00) by the time" in certainty.sentence([certainty.read(quick)], [certainty.read(slow)])


def test_a_row_has_what_a_run_came_to(tmp_path: Path) -> None:
    measured = certainty.read(run(tmp_path / "run", 0.01))

    *_, row = certainty.table([], [measured]).splitlines()
    assert row.startswith("| run (after) | ")
    assert "| 12 | 0 of 48 | " in row


def test_a_run_without_trials_is_refused(tmp_path: Path) -> None:
    path = write_run(tmp_path / "run", EXPERIMENT, [])
    (path / "contrasts.json").write_text("[]")

    with pytest.raises(UsageError, match=r"has no trials\. Measure it first, or name another run\.$"):
        certainty.read(path)
