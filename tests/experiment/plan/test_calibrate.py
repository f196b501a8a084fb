"""Loops and values follow from the slowest arm's seconds."""

from pathlib import Path

import pytest

from harness.experiment.measure.sites import Sites, Source
from harness.experiment.plan import calibrate
from harness.experiment.plan.calibrate import counts
from harness.experiment.process.worker_process import Outcome, PreparedArm
from harness.records import Case
from tests.builders import an_arm, settings

CASE = Case(workload="fib", mode="serial", workers=1)


@pytest.mark.parametrize(
    ("seconds", "profile", "loops", "values", "warmups"),
    [
        (0.2, "normal", 1, 2, 3),
        (0.05, "normal", 4, 2, 4),
        (0.03, "normal", 7, 2, 4),
        (0.6, "normal", 1, 1, 1),
        (60, "precise", 1, 1, 1),
        (0.03, "quick", 4, 1, 1),
    ],
)
def test_a_value_lasts_a_fifth_of_a_second_and_a_long_case_takes_one(
    seconds: float, profile: str, loops: int, values: int, warmups: int
) -> None:
    planned = counts(CASE, seconds, profile, "io")

    assert (planned.loops, planned.values, planned.warmups) == (loops, values, warmups)


def test_the_slowest_arm_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(arm, *_):
        spans = {"start_seconds": 0.0, "work_seconds": {"3.13": 0.05, "3.13t": 0.1}[arm.arm.label], "stop_seconds": 0.0}
        return Outcome("ok", 1.0, done={"values": [spans]}), None

    monkeypatch.setattr(calibrate, "run", run)
    arms = [PreparedArm(an_arm(label), Path("python"), label) for label in ("3.13", "3.13t")]
    planned, failures = calibrate.calibrate(CASE, "io", Source(Path("fib.py"), Sites(())), arms, settings())

    assert (planned.loops, planned.values, planned.warmups, failures) == (2, 2, 4, [])


def test_a_case_that_fails_under_one_arm_is_calibrated_under_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(arm, *_):
        spans = {"start_seconds": 0.0, "work_seconds": 0.2, "stop_seconds": 0.0}
        fine = Outcome("ok", 1.0, done={"values": [spans]})
        return (fine if arm.arm.label == "3.13" else Outcome("failed", 1.0, reason="no")), None

    monkeypatch.setattr(calibrate, "run", run)
    arms = [PreparedArm(an_arm(label), Path("python"), label) for label in ("3.13", "3.13t")]
    planned, ((turn, outcome),) = calibrate.calibrate(CASE, "io", Source(Path("fib.py"), Sites(())), arms, settings())

    assert (planned.loops, turn.arm, turn.block, outcome.reason) == (1, "3.13t", 0, "no")
