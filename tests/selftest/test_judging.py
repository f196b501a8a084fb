"""Shares, against numbers that are known from elsewhere."""

import pytest

from harness.selftest import judging


def test_a_share_has_the_exact_binomial_interval() -> None:
    # Clopper & Pearson for 10 of 200
    assert judging.share_interval(10, 200) == pytest.approx((0.0242, 0.0900), abs=1e-4)
    assert judging.share_interval(0, 20)[0] == 0.0
