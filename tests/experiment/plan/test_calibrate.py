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
    ("seconds", "profile", "loops", "values"),
    [
        (0.2, "normal", 1, 2),
        (0.05, "normal", 4, 2),
        (0.03, "normal", 7, 2),
        (0.6, "normal", 1, 1),
        (60, "precise", 1, 1),
    ],
)
def test_a_value_lasts_a_fifth_of_a_second_and_a_long_case_takes_one(
    seconds: float, profile: str, loops: int, values: int
) -> None:
    case = planned(CASE, [[seconds] * 3], profile)

    assert (case.loops, case.values, case.warmups) == (loops, values, 0)


def test_a_quick_run_takes_one_value_and_no_warm_up() -> None:
    case = planned(CASE, [[0.03]], "quick")

    assert (case.loops, case.values, case.warmups) == (4, 1, 0)


@pytest.mark.parametrize(
    ("first", "second", "warmups"),
    [
        (0.2, 0.2, 0),
        (0.204, 0.2, 0),  # 2 % of one loop is 1 % of two values
        (0.21, 0.2, 1),
        (0.21, 0.21, 2),
        (0.2, 0.21, 2),
        (0.1, 0.1, 0),
    ],
)
def test_loops_that_would_add_a_hundredth_are_warmed_up(first: float, second: float, warmups: int) -> None:
    assert planned(CASE, [[first, second, 0.2], [first, second, 0.2]], "normal").warmups == warmups


def test_a_loop_that_is_slow_under_some_arms_by_chance_is_no_reason_to_warm_up() -> None:
    warm, slow = [0.2, 0.2, 0.2], [0.3, 0.2, 0.2]

    assert planned(CASE, [slow, slow, slow, warm], "normal").warmups == 0
    assert planned(CASE, [slow, slow, slow, slow], "normal").warmups == 1


def test_the_slowest_arm_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(arm: PreparedArm, *_: object) -> tuple[TrialResult, None]:
        return took({"3.13": 0.05, "3.13t": 0.1}[arm.arm.label]), None

    monkeypatch.setattr(trial, "run", run)
    arms = [PreparedArm(an_arm(label), Path("python"), label) for label in ("3.13", "3.13t")]
    case, failures = calibrate.calibrate(CASE, Source(Path("fib.py"), Sites(())), arms, settings())

    assert case is not None
    assert (case.loops, case.values, case.warmups, failures) == (2, 2, 0, [])


def test_a_case_that_fails_under_one_arm_is_calibrated_under_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(arm: PreparedArm, *_: object) -> tuple[TrialResult, None]:
        return (took(0.2) if arm.arm.label == "3.13" else WorkerResult("failed", 1.0, reason="no")), None

    monkeypatch.setattr(trial, "run", run)
    arms = [PreparedArm(an_arm(label), Path("python"), label) for label in ("3.13", "3.13t")]
    case, ((turn, result),) = calibrate.calibrate(CASE, Source(Path("fib.py"), Sites(())), arms, settings())

    assert case is not None
    assert (case.loops, turn.arm, turn.block, result.reason) == (1, "3.13t", 0, "no")
