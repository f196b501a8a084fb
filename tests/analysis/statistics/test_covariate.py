"""What a covariate explains is taken off, from other blocks alone, and nothing is taken off where it explains nothing."""

import numpy as np
import pytest
from numpy.typing import NDArray

from harness.analysis.statistics.covariate import FARTHEST, LARGEST, adjust

Numbers = NDArray[np.float64]


def noise(seed: int, arms: int = 4, blocks: int = 12, sd: float = 0.01) -> Numbers:
    return np.random.default_rng(seed).normal(0, sd, (arms, blocks))


def states(seed: int, arms: int = 4, blocks: int = 12, slow: float = 0.4) -> Numbers:
    return np.where(np.random.default_rng(seed).random((arms, blocks)) < 0.3, slow, 0.0)


@pytest.mark.parametrize("follows", [0.5, 1.0])
def test_numbers_that_follow_the_covariate_lose_what_it_explains(follows: float) -> None:
    effect = np.array([[0.0], [0.5], [1.0], [1.5]])
    covariate = states(1)
    adjusted, coefficient = adjust(effect + follows * covariate + noise(2), covariate)

    assert coefficient == pytest.approx(follows, abs=0.03)
    assert np.abs(adjusted - effect).max() < 0.04


def test_numbers_that_do_not_follow_it_stay_exactly_as_they_are() -> None:
    for seed in range(50):
        numbers = noise(seed)
        adjusted, coefficient = adjust(numbers, states(seed + 1000))
        if coefficient == 0:
            assert np.array_equal(adjusted, numbers)
    kept = [adjust(noise(seed), states(seed + 1000)).coefficient for seed in range(400)]
    # A coefficient beyond two standard errors and above 0: 2.5 % of the time by chance; then it is shrunk.
    assert sum(coefficient > 0 for coefficient in kept) <= 25
    assert max(kept) < 0.05


def test_a_block_s_own_coefficient_comes_from_the_other_blocks() -> None:
    covariate = states(3)
    numbers = covariate + noise(4)
    odd = numbers.copy()
    odd[:, 5] += [0.0, 3.0, -2.0, 1.0]
    taken_off = odd - adjust(odd, covariate).numbers
    without = np.delete(numbers, 5, axis=1) - adjust(np.delete(numbers, 5, 1), np.delete(covariate, 5, 1)).numbers

    # The coefficient that all other blocks give together is the one that block 5 is adjusted by.
    assert taken_off[:, 5] == pytest.approx(
        adjust(np.delete(numbers, 5, 1), np.delete(covariate, 5, 1))[1] * covariate[:, 5]
    )
    assert without.shape == (4, 11)


def test_what_both_arms_of_a_block_share_says_nothing_about_their_difference() -> None:
    shared = np.tile(np.where(np.arange(12) % 3 == 0, 0.4, 0.0), (2, 1))
    numbers = shared + noise(5, arms=2)

    assert adjust(numbers, shared) == (pytest.approx(numbers), 0.0)  # type: ignore[comparison-overlap]


def test_one_arm_alone_is_adjusted_by_its_own_blocks() -> None:
    covariate = states(6, arms=1, blocks=20)
    adjusted, coefficient = adjust(covariate + noise(7, arms=1, blocks=20), covariate)

    assert coefficient == pytest.approx(1.0, abs=0.05)
    assert np.abs(adjusted).max() < 0.05


def test_missing_numbers_and_covariates_are_left_as_they_are() -> None:
    covariate = states(8)
    numbers = covariate + noise(9)
    numbers[0, 0], covariate[1, 1] = np.nan, np.nan
    adjusted, _ = adjust(numbers, covariate)

    assert np.isnan(adjusted[0, 0])
    assert adjusted[1, 1] == numbers[1, 1]
    assert np.isfinite(np.delete(adjusted, 0)).all()


@pytest.mark.parametrize("shape", [(0, 0), (1, 1), (4, 1), (1, 4), (2, 2)])
def test_too_few_numbers_are_left_as_they_are(shape: tuple[int, int]) -> None:
    numbers = np.zeros(shape)

    assert adjust(numbers, numbers) == (pytest.approx(numbers), 0.0)  # type: ignore[comparison-overlap]
    missing = np.full(shape, np.nan)
    assert adjust(missing, missing).coefficient == 0.0


def test_no_single_covariate_decides() -> None:
    covariate = states(10)
    covariate[2, 2] = 9.0
    numbers = np.minimum(covariate, 0.4) + noise(11)
    adjusted, coefficient = adjust(numbers, covariate)

    assert 0 < coefficient <= LARGEST
    assert abs(adjusted[2, 2] - numbers[2, 2]) <= LARGEST * FARTHEST
