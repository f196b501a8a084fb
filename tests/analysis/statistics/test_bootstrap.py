"""Absolute times: the bootstrap over blocks and values."""

import math

import numpy as np
import pytest

from harness.analysis.statistics.bootstrap import stretch, two_level_bootstrap, weights


def test_the_point_is_the_geometric_mean_and_every_block_counts_the_same() -> None:
    point, low, high, blocks = two_level_bootstrap([[1.0, 1.0, 1.0], [4.0]])

    assert point == pytest.approx(2.0)
    assert blocks == 2
    assert low is not None
    assert low < 1.0
    assert high is not None
    assert high > 4.0, "two blocks say little"


def test_one_block_has_no_interval() -> None:
    assert two_level_bootstrap([[0.1, 0.4]]) == (pytest.approx(0.2), None, None, 1)  # type: ignore[comparison-overlap]


def test_values_that_are_all_equal_leave_no_doubt() -> None:
    assert two_level_bootstrap([[0.25, 0.25]] * 10) == (*(pytest.approx(0.25),) * 3, 10)  # type: ignore[comparison-overlap]


def test_beyond_many_blocks_the_interval_is_nearly_what_resampling_gives() -> None:
    random = np.random.default_rng(5)
    blocks = [np.exp(random.normal(random.normal(0.0, 0.05), 0.02, 1 + number % 3)) for number in range(101)]
    by_means, by_resampling = two_level_bootstrap(blocks), two_level_bootstrap(blocks[:100])

    assert by_means.high / by_means.low - 1 == pytest.approx(by_resampling.high / by_resampling.low - 1, rel=0.15)  # type: ignore[operator]
    means = [np.log(values).mean() for values in blocks]
    assert by_means.point == pytest.approx(math.exp(np.mean(means)))
    assert by_means.high / by_means.point == pytest.approx(math.exp(1.98397 * np.std(means, ddof=1) / math.sqrt(101)))  # type: ignore[operator]


def test_the_same_values_give_the_same_interval() -> None:
    blocks = np.random.default_rng(1).uniform(1, 2, (10, 2))

    assert two_level_bootstrap(blocks) == two_level_bootstrap(blocks.tolist())  # type: ignore[arg-type]


def test_another_unit_changes_nothing_else() -> None:
    blocks = np.random.default_rng(1).uniform(1, 2, (10, 2))

    assert two_level_bootstrap(blocks * 1000) == pytest.approx(two_level_bootstrap(blocks).times(1000))  # type: ignore[arg-type]


def test_each_resample_draws_as_many_blocks_and_values_as_there_are() -> None:
    shares = weights((2, 3, 1))

    np.testing.assert_allclose(shares.sum(axis=1), 1)
    np.testing.assert_allclose(shares.mean(axis=0), [1 / 6, 1 / 6, 1 / 9, 1 / 9, 1 / 9, 1 / 3], atol=0.015)
    np.testing.assert_allclose(shares[:, :2] * 6, np.round(shares[:, :2] * 6), atol=1e-9)
    np.testing.assert_allclose(shares[:, 2:5] * 9, np.round(shares[:, 2:5] * 9), atol=1e-9)


def test_percentiles_are_stretched_to_student_s_t() -> None:
    # t(0.975, 9) = 2.262157 and 1.959964 of the normal distribution
    assert stretch(10) == pytest.approx(2.262157 / 1.959964 * math.sqrt(10 / 9), rel=1e-6)
    assert stretch(500) == pytest.approx(1, abs=0.01)


# Four binomial standard deviations of 95 % of 600 samples are 3.6 points; plain percentiles cover 90.8 % of ten blocks
# and 85 % of five.
@pytest.mark.parametrize("blocks", [5, 10, 20, 40])
def test_it_covers_the_truth_where_blocks_differ_more_than_values(blocks: int) -> None:
    random = np.random.default_rng(blocks)
    logs = random.normal(0, 0.03, (600, blocks, 1)) + random.normal(0, 0.005, (600, blocks, 2))
    found = [two_level_bootstrap(each) for each in np.exp(logs)]

    assert np.mean([each.low <= 1 <= each.high for each in found]) == pytest.approx(0.95, abs=0.036)  # type: ignore[operator]


def test_it_covers_the_truth_too_often_where_values_differ_more_than_blocks() -> None:
    random = np.random.default_rng(2)
    found = [two_level_bootstrap(each) for each in np.exp(random.normal(0, 0.03, (600, 10, 2)))]

    assert 0.965 < np.mean([each.low <= 1 <= each.high for each in found]) < 1  # type: ignore[operator]
