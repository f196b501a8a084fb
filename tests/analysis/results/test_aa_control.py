"""What a run makes of no difference at all: wrong intervals, the floor, and where the control never appears."""

from typing import Any

import pytest

from harness.analysis.results.aa_control import allowed, noise
from harness.analysis.results.choices import choices
from harness.analysis.results.contrasts import contrasts
from harness.analysis.results.times import times
from harness.analysis.samples.readings import readings
from harness.records import Estimate, Experiment, Noise, Trial
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


def test_a_quiet_run_finds_nothing() -> None:
    assert judged() == Noise(contrasts=3, wrong=0, allowed=1)


def test_intervals_of_the_control_that_exclude_1_are_wrong() -> None:
    assert noise_of(serial=1.05).wrong == 1
    assert noise_of(serial=1.05, threads=0.95).wrong == 2
    assert noise_of(serial=1.05, wobble=0.2).wrong == 0


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


def test_the_control_s_provisional_contrasts_do_not_count() -> None:
    few = [
        trial
        for trial in run(processes=2.0, wobble=0.0)
        if (trial.arm, trial.mode) != ("3.13t-control", "processes") or trial.block < 4
    ]

    assert noise(EXPERIMENT, readings(EXPERIMENT, few)) == Noise(contrasts=2, wrong=0, allowed=1)


def test_the_control_has_no_time_choice_or_contrast_of_its_own() -> None:
    found = readings(EXPERIMENT, run(serial=5.0, threads=5.0, processes=5.0))
    shown = {each.side.arm for each in times(EXPERIMENT, found)}
    shown |= {each.arm for each in choices(EXPERIMENT, found)}
    for each in contrasts(EXPERIMENT, found):
        shown |= {each.subject.arm, each.baseline.arm}

    assert shown == {"3.13", "3.13t"}
