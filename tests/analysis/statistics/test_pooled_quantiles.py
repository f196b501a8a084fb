"""Quantiles of pooled observations and their intervals, against cases that are known."""

import math

import numpy as np
import pytest

from harness.analysis.statistics import pooled_quantiles as module
from harness.analysis.statistics.bootstrap import stretch
from harness.analysis.statistics.pooled_quantiles import drawn, pooled_quantiles

RANKS = (0.5, 0.99)
HUNDRED = np.arange(1, 101, dtype=float)


def test_blocks_that_observed_the_same_leave_no_doubt() -> None:
    half, hundredth = pooled_quantiles([HUNDRED, HUNDRED[::-1], HUNDRED], RANKS).estimates()

    assert half == pytest.approx((50, 50, 50, 3))
    assert hundredth == pytest.approx((99, 99, 99, 3))


def test_a_quantile_is_that_of_all_observations_and_not_a_mean_over_blocks() -> None:
    quiet, loud = np.full(95, 1.0), np.full(5, 100.0)

    assert math.exp(pooled_quantiles([quiet, loud], (0.95,)).points[0]) == pytest.approx(1)
    assert math.exp(pooled_quantiles([quiet, loud], (0.96,)).points[0]) == pytest.approx(100)


def test_each_resample_is_the_quantile_of_the_blocks_that_were_drawn() -> None:
    random = np.random.default_rng(5)
    blocks = [random.lognormal(size=size) for size in (3, 10, 7, 1)]

    pooled = pooled_quantiles(blocks, RANKS)

    for resample in range(0, 1000, 97):
        observed = np.concatenate([np.tile(b, times) for b, times in zip(blocks, drawn(4)[resample], strict=True)])
        expected = np.log(np.quantile(observed, RANKS, method="inverted_cdf"))
        assert pooled.resampled[:, resample] == pytest.approx(expected)


def test_the_interval_of_two_blocks_reaches_as_far_as_student_s_t_allows() -> None:
    (estimate,) = pooled_quantiles([np.full(10, 1.0), np.full(10, 4.0)], (0.5,)).estimates()

    # A quarter of the resamples has the second block alone, and in all others half of the observations are 1.
    assert estimate == pytest.approx((1, 1, 4 ** stretch(2), 2))


def test_one_block_has_no_interval() -> None:
    assert pooled_quantiles([HUNDRED], (0.5,)).estimates() == [pytest.approx((50, None, None, 1))]


def test_a_ratio_between_sides_that_share_what_disturbs_a_block_is_exact() -> None:
    blocks = [HUNDRED * disturbed for disturbed in (1, 3, 2, 7)]
    ratio = pooled_quantiles([3 * block for block in blocks], RANKS).over(pooled_quantiles(blocks, RANKS))

    assert ratio.estimates() == [pytest.approx((3, 3, 3, 4)), pytest.approx((3, 3, 3, 4))]


def test_resamples_are_the_same_however_many_are_made_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    blocks = [HUNDRED, 2 * HUNDRED, 5 * HUNDRED]
    at_once = pooled_quantiles(blocks, RANKS).resampled
    monkeypatch.setattr(module, "AT_ONCE", 1)

    assert np.array_equal(pooled_quantiles(blocks, RANKS).resampled, at_once)
