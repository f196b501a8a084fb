"""The journal keeps what is whole, whatever happened to its last line."""

from pathlib import Path

from harness.runs import TRIALS, journal, read_journal
from tests.builders import a_trial


def test_a_torn_last_line_costs_that_trial_alone(tmp_path: Path) -> None:
    with journal.journal(tmp_path) as file:
        journal.append(file, a_trial(block=1))
        journal.append(file, a_trial(block=2))
    path = tmp_path / TRIALS
    path.write_bytes(path.read_bytes()[:-40])

    with journal.journal(tmp_path) as file:
        journal.append(file, a_trial(block=3))
    read = read_journal(tmp_path)

    assert ([trial.block for trial in read.trials], read.damaged_lines) == ([1, 3], 1)


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    trials = tuple(a_trial(block=block, seconds=0.1 * block) for block in (1, 2, 3))
    with journal.journal(tmp_path) as file:
        for trial in trials:
            journal.append(file, trial)

    assert read_journal(tmp_path).trials == trials
