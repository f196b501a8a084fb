"""Widths and power, against numbers that are known from elsewhere."""

import math

import pytest

from harness.selftest.judging import Estimate
from tests.lab.support import spread_and_power


def test_the_half_width_is_that_of_the_longer_side() -> None:
    assert spread_and_power.half_width(Estimate(1.0, 0.95, 1.06, 10)) == pytest.approx(0.06)
    assert spread_and_power.half_width(Estimate(1.0, None, None, 10)) is None


def test_the_spread_within_groups_does_not_see_what_lies_between_them() -> None:
    assert spread_and_power.pooled_sd([[1.0, math.e], [10.0, 10 * math.e]]) == pytest.approx(math.sqrt(0.5))
    assert spread_and_power.pooled_sd([[1.0], [2.0]]) is None
    assert spread_and_power.sd_of_logs([1.0, math.e]) == pytest.approx(math.sqrt(0.5))
    assert spread_and_power.sd_of_logs([1.0]) is None


def test_one_pair_is_as_wide_as_students_t_says() -> None:
    # t(0.975, 4) = 2.776
    assert spread_and_power.width_of_one(0.05, freedom=4) == pytest.approx(math.expm1(2.7764 * 0.05), rel=1e-4)


def test_a_spread_has_the_interval_of_chi_squared() -> None:
    # chi-squared with 9 degrees of freedom: 2.700 and 19.023
    assert spread_and_power.sd_interval(1.0, 9) == pytest.approx(
        (math.sqrt(9 / 19.0228), math.sqrt(9 / 2.7004)), rel=1e-4
    )


def test_the_blocks_for_a_width_are_the_first_that_reach_it() -> None:
    # 1.960 * 0.1 / log(1.02) squared is 98; Student's t takes a little more
    assert spread_and_power.blocks_for_width(0.1, 0.02) == 101
    assert spread_and_power.blocks_for_width(0.001, 0.02, minimum=10) == 10


def test_power_is_the_one_of_the_tables_for_a_paired_t_test() -> None:
    # Cohen's d = 0.5, n = 34, two-sided 5 %: 0.808, the usual example of a paired t test
    assert spread_and_power.power(math.exp(0.5), 1.0, 34) == pytest.approx(0.8078, abs=1e-4)
    assert spread_and_power.power(math.exp(-0.5), 1.0, 34) == pytest.approx(0.8078, abs=1e-4)
    assert spread_and_power.power(1.05, 0.0, 10) == 1.0


def test_the_blocks_for_a_power_are_the_first_that_reach_it() -> None:
    assert spread_and_power.blocks_for_power(math.exp(0.5), 1.0, 0.8) == 34
    assert spread_and_power.blocks_for_power(math.exp(0.5), 1.0, 0.95) == 54


def test_the_machine_is_judged_by_its_canary_or_else_by_the_spread() -> None:
    assert spread_and_power.state([0.001, 0.001, 0.00104], []) == "quiet (95th/5th percentile of the canary 1.04)"
    assert spread_and_power.state([0.001, 0.0016], []) == "noisy (95th/5th percentile of the canary 1.52)"
    assert (
        spread_and_power.state((), [[1.0, 1.01], [2.0, 2.02]]) == "quiet (no canary; sd of the block log ratio 0.007)"
    )
    assert spread_and_power.state((), [[1.0, 1.2]]) == "noisy (no canary; sd of the block log ratio 0.129)"
    assert spread_and_power.state((), [[1.0]]) == "unknown (too few blocks)"
