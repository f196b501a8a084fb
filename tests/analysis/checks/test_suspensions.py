"""Suspensions are one note that names their blocks, whether or not the run measured them again."""

from msgspec.structs import replace

from harness.analysis.checks.suspensions import stood_still
from harness.analysis.samples.evidence import evidence
from harness.records import Journal, Surroundings
from tests.builders import a_trial, an_experiment


def test_suspensions_of_several_blocks_are_not_said_to_be_of_one() -> None:
    cases = [("serial", 1), ("threads", 2)]
    trials = [a_trial("3.13", mode, workers, block=block) for block in (1, 2) for mode, workers in cases]
    suspended = Surroundings(suspended_seconds=9.0)
    journal = Journal(trials=tuple(replace(trial, surroundings=suspended) for trial in trials))
    experiment = an_experiment(["3.13"], cases)

    assert [finding.sentence for finding in stood_still(experiment, evidence(experiment, journal))] == [
        "The machine was suspended, or the harness stopped, for 36 s in blocks 1, 2: 4 earlier trial(s) of these blocks "
        "are left out."
    ]
