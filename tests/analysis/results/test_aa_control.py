"""What a run makes of no difference at all: wrong intervals, the floor, and where the control never appears."""

from typing import Any

import pytest

from harness.analysis.results.aa_control import allowed, noise
from harness.analysis.results.choices import choices
from harness.analysis.results.contrasts import contrasts
from harness.analysis.results.times import times
from harness.analysis.samples.readings import readings
from harness.records import Estimate, Experiment, Noise, Trial, Verdict
from tests.builders import a_trial, an_experiment, settings
from tests.disturbed import with_control

ARMS = "3.13", "3.13t"
CASES: tuple[tuple[str, int], ...] = ("serial", 1), ("threads", 2), ("processes", 2)
EXPERIMENT = with_control(an_experiment(ARMS, CASES))


def run(
    serial: float = 1.0, threads: float = 1.0, processes: float = 1.0, blocks: int = 10, wobble: float = 0.001
) -> list[Trial]:
    """Trials of a run whose control takes 1/ratio of its arm's time in each mode, exactly or give or take `wobble`."""
    ratios = dict(zip(CASES, (serial, threads, processes), strict=True))
    return [
        a_trial(arm, *case, block, 0.2 * (1 + wobble * (-1) ** block if last else 1) / (ratio if last else 1))
        for block in range(1, blocks + 1)
        for case, ratio in ratios.items()
        for arm, last in (("3.13", False), ("3.13t", False), ("3.13t-control", True))
    ]


def judged(experiment: Experiment = EXPERIMENT, **fields: Any) -> Noise | None:
    return noise(experiment, readings(experiment, run(**fields)))


def noise_of(**fields: Any) -> Noise:
    judgement = judged(**fields)
    assert judgement is not None
    return judgement


def test_a_quiet_run_finds_nothing_and_has_the_least_floor() -> None:
    assert judged() == Noise(contrasts=3, wrong=0, allowed=1, floor=0.01)


def test_intervals_of_the_control_that_exclude_1_are_wrong() -> None:
    assert noise_of(serial=1.05).wrong == 1
    assert noise_of(serial=1.05, threads=0.95).wrong == 2
    assert noise_of(serial=1.05, wobble=0.2).wrong == 0


def test_the_floor_is_the_95th_percentile_of_the_control_s_effects_in_either_direction() -> None:
    # Effects of 0, 4 and 10 % (the last as 1 / 1.1): 95 % of the way from the first to the last is 0.9 of the step.
    assert noise_of(threads=1.04, processes=1 / 1.1, wobble=0.0).floor == pytest.approx(0.04 + 0.9 * 0.06)


@pytest.mark.parametrize(("contrasts", "most"), [(3, 1), (7, 1), (8, 2), (20, 3)])
def test_chance_allows_what_the_binomial_distribution_does(contrasts: int, most: int) -> None:
    # P(X ≤ 1 of 7) = 0.956, P(X ≤ 1 of 8) = 0.943, P(X ≤ 2 of 20) = 0.925, P(X ≤ 3 of 20) = 0.984, with p = 0.05
    assert allowed(contrasts) == most


@pytest.mark.parametrize(("contrasts", "most"), [(0, 0), (1, 1), (20, 4), (30, 5), (200, 18)])
def test_a_control_allows_what_all_but_one_run_in_a_hundred_stay_within(contrasts: int, most: int) -> None:
    assert allowed(contrasts, of_runs=0.99) == most


def test_an_interval_excludes_one_only_when_one_is_outside() -> None:
    assert Estimate(1.0, 1.01, 1.2, 10).excludes_one
    assert Estimate(1.0, 0.8, 0.99, 10).excludes_one
    assert not Estimate(1.0, 0.9, 1.1, 10).excludes_one
    assert not Estimate(1.0, None, None, 10).excludes_one


def test_there_is_no_noise_before_ten_blocks_in_a_quick_run_or_without_a_control() -> None:
    quick = with_control(an_experiment(ARMS, CASES, settings=settings(profile="quick")))

    assert judged(blocks=9) is None
    assert judged(quick) is None
    assert judged(an_experiment(ARMS, CASES)) is None


def verdict_of_serial(trials: list[Trial]) -> Verdict:
    estimated = contrasts(EXPERIMENT, readings(EXPERIMENT, trials))
    return next(contrast.verdict for contrast in estimated if contrast.subject.mode == "serial" and contrast.verdict)


def test_an_effect_within_the_measured_floor_is_no_verdict() -> None:
    def verdict(control: float) -> Verdict:
        slow = [
            a_trial("3.13", "serial", 1, trial.block, 0.208)
            if trial.arm == "3.13" and trial.mode == "serial"
            else trial
            for trial in run(threads=control, processes=control, serial=control, wobble=0.0)
        ]
        return verdict_of_serial(slow)

    assert [verdict(1.0), verdict(1.03), verdict(1.05)] == ["faster", "faster", "undecided"]


def test_the_control_s_provisional_contrasts_make_no_floor() -> None:
    few = [
        trial
        for trial in run(processes=2.0, wobble=0.0)
        if (trial.arm, trial.mode) != ("3.13t-control", "processes") or trial.block < 4
    ]
    slower = [a_trial("3.13", "serial", 1, t.block, 0.21) if t.arm == "3.13" else t for t in few if t.mode == "serial"]
    found = readings(EXPERIMENT, [*slower, *(trial for trial in few if trial.mode != "serial")])

    assert noise(EXPERIMENT, found) == Noise(contrasts=2, wrong=0, allowed=1, floor=0.01)
    assert verdict_of_serial([*slower, *(trial for trial in few if trial.mode != "serial")]) == "faster"


def test_the_control_has_no_time_choice_or_contrast_of_its_own() -> None:
    found = readings(EXPERIMENT, run(serial=5.0, threads=5.0, processes=5.0))
    shown = {each.side.arm for each in times(EXPERIMENT, found)}
    shown |= {each.arm for each in choices(EXPERIMENT, found)}
    for each in contrasts(EXPERIMENT, found):
        shown |= {each.subject.arm, each.baseline.arm}

    assert shown == {"3.13", "3.13t"}
