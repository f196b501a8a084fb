"""Values per process: found from a pilot whose variances are known."""

import math

import numpy as np
import pytest

from harness.analysis.statistics.kalibera_jones import spread, values_per_process
from harness.analysis.statistics.signed_rank import Floats


def a_pilot(
    within: float, between: float, *, arms: int = 4, blocks: int = 200, values: int = 3, seed: int = 1
) -> Floats:
    """Log seconds of arms that differ by a factor of e, on a machine that gets slower by a factor of e."""
    random = np.random.default_rng(seed)
    level = np.arange(arms)[:, np.newaxis, np.newaxis] + np.linspace(0, 1, blocks)[:, np.newaxis]
    process = random.normal(0, between, (arms, blocks, 1))
    return np.asarray(level + process + random.normal(0, within, (arms, blocks, values)))


def test_both_variances_are_found_whatever_arms_and_blocks_have_in_common() -> None:
    within, between = spread(a_pilot(within=0.03, between=0.02))

    # With 1600 and 597 degrees of freedom their standard errors are 3.5 % and, of the sum 0.02² + 0.03²/3, 5.8 %.
    assert within == pytest.approx(0.03**2, rel=0.14)
    assert between == pytest.approx(0.02**2, rel=0.4)


def test_they_are_unbiased_with_a_pilot_of_three_blocks() -> None:
    variances = np.mean([spread(a_pilot(0.01, 0.03, blocks=3, values=2, seed=seed)) for seed in range(400)], axis=0)

    assert variances == pytest.approx([0.01**2, 0.03**2], rel=0.1)


def test_missing_values_and_trials_leave_the_variances_as_they_are() -> None:
    pilot = a_pilot(within=0.03, between=0.02)
    pilot[0, :50, 2] = np.nan
    pilot[2, 20:90] = np.nan

    assert spread(pilot) == pytest.approx((0.03**2, 0.02**2), rel=0.4)


def test_the_number_is_kalibera_and_jones_s() -> None:
    pilot = np.array([[[1, -1], [5, 3]], [[-1, 1], [1, -1.0]]])

    # Within: every process has ±1, so 2. Process means 0, 4 and 0, 0 leave ±1 around arm + block: 4 with one degree of
    # freedom, less 2 / 2: 3. √(40 · 2/3) = 5.16.
    assert spread(pilot) == pytest.approx((2, 3))
    assert values_per_process(pilot, value_seconds=0.1, process_seconds=4.0, most=50) == 5


@pytest.mark.parametrize(
    ("process_seconds", "most", "values"),
    [(4.0, 3, 3), (0.0, 50, 1), (0.001, 50, 1)],
)
def test_it_stays_between_1_and_what_is_allowed(process_seconds: float, most: int, values: int) -> None:
    pilot = np.array([[[1, -1], [5, 3]], [[-1, 1], [1, -1.0]]])

    assert values_per_process(pilot, 0.1, process_seconds, most) == values


def test_processes_that_do_not_differ_give_as_many_values_as_allowed() -> None:
    assert values_per_process(np.tile([0.1, -0.1], (2, 5, 1)), 0.1, 0.4, most=10) == 10


def test_values_that_do_not_differ_are_needed_once() -> None:
    assert values_per_process(a_pilot(within=0, between=0.1), 0.1, 0.4, most=10) == 1
    assert values_per_process(np.zeros((2, 5, 3)), 0.1, 0.4, most=10) == 1


@pytest.mark.parametrize(
    "pilot",
    [np.array([[[0.1], [0.2]], [[0.4], [0.3]]]), np.array([[[0.1, 0.2]], [[0.3, 0.5]]]), np.full((2, 2, 2), np.nan)],
    ids=["single values", "one block", "nothing"],
)
def test_a_pilot_that_cannot_tell_asks_for_one(pilot: Floats) -> None:
    assert math.isnan(spread(pilot).between)
    assert values_per_process(pilot, 0.1, 4.0, most=10) == 1


def test_with_one_arm_drift_counts_as_the_processes() -> None:
    variances = spread(a_pilot(within=0.01, between=0.0, arms=1))

    # A ramp from 0 to 1 has the variance 1/12.
    assert variances.between == pytest.approx(1 / 12, rel=0.02)
