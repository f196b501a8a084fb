"""Loops and values follow from the slowest arm's seconds."""

from pathlib import Path

import pytest

from harness.experiment.measure import trial
from harness.experiment.measure.answers import TrialAnswer, TrialResult
from harness.experiment.measure.sites import Sites, Source
from harness.experiment.plan import calibrate
from harness.experiment.plan.calibrate import planned
from harness.experiment.process.worker_process import PreparedArm, WorkerResult
from harness.records import Case, Gil, Value
from tests.builders import an_arm, settings

CASE = Case(workload="fib", mode="serial", workers=1)


def took(seconds: float) -> TrialResult:
    answer = TrialAnswer(
        values=(Value(start_seconds=0.0, work_seconds=seconds, stop_seconds=0.0),),
        answer="",
        gil=Gil(free_threaded_build=False, before_import=True, after_import=True, at_end=True),
        usable_cpus=2,
        start_method=None,
        canary="",
        canaries_seconds=0.0,
        cpu_seconds=seconds,
    )
    return WorkerResult("ok", 1.0, answer=answer)


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
    case = planned(CASE, seconds, profile, "io")

    assert (case.loops, case.values, case.warmups) == (loops, values, warmups)


def test_the_slowest_arm_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(arm: PreparedArm, *_: object) -> tuple[TrialResult, None]:
        return took({"3.13": 0.05, "3.13t": 0.1}[arm.arm.label]), None

    monkeypatch.setattr(trial, "run", run)
    arms = [PreparedArm(an_arm(label), Path("python"), label) for label in ("3.13", "3.13t")]
    case, failures = calibrate.calibrate(CASE, "io", Source(Path("fib.py"), Sites(())), arms, settings())

    assert case is not None
    assert (case.loops, case.values, case.warmups, failures) == (2, 2, 4, [])


def test_a_case_that_fails_under_one_arm_is_calibrated_under_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(arm: PreparedArm, *_: object) -> tuple[TrialResult, None]:
        return (took(0.2) if arm.arm.label == "3.13" else WorkerResult("failed", 1.0, reason="no")), None

    monkeypatch.setattr(trial, "run", run)
    arms = [PreparedArm(an_arm(label), Path("python"), label) for label in ("3.13", "3.13t")]
    case, ((turn, result),) = calibrate.calibrate(CASE, "io", Source(Path("fib.py"), Sites(())), arms, settings())

    assert case is not None
    assert (case.loops, turn.arm, turn.block, result.reason) == (1, "3.13t", 0, "no")
