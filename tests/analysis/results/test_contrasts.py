"""Contrasts: paired by block, exact on known numbers, silent where nothing can be said."""

import math
from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from msgspec.structs import replace

from harness.analysis.results.contrasts import contrasts, primaries
from harness.analysis.samples.readings import readings
from harness.analysis.statistics.signed_rank import pseudomedian
from harness.records import Contrast, Trial
from harness.records.values import Span
from tests.builders import a_trial, an_experiment, like_fib, settings, trials_like
from tests.disturbed import control_trials, with_control

ARMS, CASES = ("3.13", "3.13t"), (("serial", 1),)


def measured(ratios: Sequence[float], *, drift: float = 1.0, **fields: Any) -> list[Trial]:
    """Trials in which 3.13t takes 1/ratio of 3.13's time, while the machine slows down by `drift` each block."""
    trials = []
    for block, ratio in enumerate(ratios, start=1):
        seconds = 0.2 * drift**block
        trials += [
            a_trial("3.13", block=block, seconds=seconds, **fields),
            a_trial("3.13t", block=block, seconds=seconds / ratio, **fields),
        ]
    return trials


def only(trials: Iterable[Trial], span: Span = "whole", **fields: Any) -> Contrast:
    experiment = an_experiment(ARMS, CASES, **fields)
    every = contrasts(experiment, readings(experiment, trials))
    (contrast,) = [contrast for contrast in every if contrast.span == span]
    return contrast


def test_what_a_run_stops_by_are_its_primaries_as_its_report_has_them() -> None:
    experiment = with_control(an_experiment(ARMS, (("serial", 1), ("threads", 2))))
    trials = trials_like(like_fib(), 12)
    found = readings(experiment, [*trials, *control_trials(experiment, trials, 12)])
    every = contrasts(experiment, found)

    stopping = primaries(experiment, found)

    whole = [contrast for contrast in every if contrast.primary]
    assert [replace(c, primary=None) for c in stopping] == [replace(c, primary=None) for c in whole]
    assert 0 < len(stopping) < len(every)


def test_the_ratio_is_baseline_over_subject() -> None:
    contrast = only(measured([0.5] * 10))

    assert (contrast.subject.arm, contrast.baseline.arm) == ("3.13t", "3.13")
    assert contrast.estimate.point == pytest.approx(0.5)
    assert contrast.estimate.low == pytest.approx(0.5)
    assert contrast.estimate.high == pytest.approx(0.5)


def test_drift_that_both_sides_share_does_not_widen_the_interval() -> None:
    estimate = only(measured([2.0] * 12, drift=1.3)).estimate

    assert estimate.low == pytest.approx(2.0)
    assert estimate.high == pytest.approx(2.0)


def test_the_interval_is_student_s_t_on_the_logarithms() -> None:
    estimate = only(measured([math.exp(x) for x in (0.0, 0.1, 0.2)])).estimate

    # mean 0.1, s = 0.1, n = 3, t(0.975, 2) = 4.302653: 0.1 ± 0.248414
    assert estimate.point == pytest.approx(math.exp(0.1))
    assert estimate.low == pytest.approx(math.exp(-0.148414), rel=1e-5)
    assert estimate.high == pytest.approx(math.exp(0.348414), rel=1e-5)


def test_one_block_gives_a_ratio_without_an_interval() -> None:
    contrast = only(measured([2.0]))

    assert contrast.estimate.point == pytest.approx(2.0)
    assert (contrast.estimate.low, contrast.estimate.high, contrast.estimate.blocks) == (None, None, 1)
    assert (contrast.provisional, contrast.verdict) == (True, None)


def test_below_ten_blocks_there_is_no_verdict() -> None:
    assert [only(measured([2.0] * blocks)).verdict for blocks in (9, 10)] == [None, "faster"]


def test_a_quick_run_never_gives_a_verdict() -> None:
    found = only(measured([2.0] * 20), settings=settings(profile="quick"))

    assert (found.provisional, found.verdict) == (True, None)


def test_only_the_whole_of_a_primary_gets_a_verdict() -> None:
    whole, work = only(measured([2.0] * 10)), only(measured([2.0] * 10), span="work")

    assert (whole.verdict, work.primary) == ("faster", None)


def test_blocks_with_one_side_missing_do_not_count() -> None:
    trials = measured([2.0] * 10)
    found = only([trial for trial in trials if (trial.arm, trial.block) != ("3.13", 4)])

    assert found.estimate.blocks == 9


def test_failed_trials_calibration_and_other_answers_are_no_measurements() -> None:
    trials = measured([2.0] * 10)
    odd = [
        a_trial("3.13", block=11, status="failed", values=()),
        a_trial("3.13t", block=11),
        a_trial("3.13", block=0),
        a_trial("3.13t", block=0),
        a_trial("3.13", block=12, answer="b" * 64),
        a_trial("3.13t", block=12),
    ]

    assert only(trials + odd).estimate.blocks == 10


def test_a_pair_without_a_common_block_is_left_out() -> None:
    experiment = an_experiment(ARMS, CASES)
    trials = [a_trial("3.13", block=1), a_trial("3.13t", block=2)]

    assert contrasts(experiment, readings(experiment, trials)) == []


@pytest.mark.parametrize(("wobble", "reached"), [(0.001, True), (0.1, False)])
def test_the_target_is_a_whole_interval_within_two_percent(wobble: float, reached: bool) -> None:
    ratios = [2.0 * (1 + wobble * (-1) ** block) for block in range(10)]

    assert only(measured(ratios)).target_reached is reached


def test_the_interval_of_normal_logarithms_covers_the_truth_95_times_in_a_hundred() -> None:
    import numpy as np

    generator = np.random.default_rng(1)
    covered = 0
    for _ in range(2000):
        estimate = pseudomedian(np.exp(generator.normal(0.3, 0.1, size=10)))
        assert estimate.interval is not None
        low, high = estimate.interval
        covered += low <= math.exp(0.3) <= high

    # Binomial with p = 0.95 and n = 2000: four standard deviations are 0.0195; the seed is fixed.
    assert abs(covered / 2000 - 0.95) < 0.0195
