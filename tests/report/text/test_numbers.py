"""Numbers carry their interval, with as many digits as it deserves."""

import pytest

from harness.report.text.numbers import (
    bounds,
    counted,
    parenthesised,
    ratio_with_bounds,
    time_with_bounds,
    unit_for,
    with_bounds,
)
from tests.builders import a_side, a_time, an_estimate


@pytest.mark.parametrize(
    ("ratio", "low", "high", "shown"),
    [
        (1.9, 1.85, 1.95, "1.90 [1.85, 1.95]"),
        (0.97, 0.94, 1.0, "0.97 [0.94, 1.00]"),
        (0.5, 0.4981, 0.5019, "0.500 [0.498, 0.502]"),
        (12.3, 11.1, 13.6, "12.3 [11.1, 13.6]"),
        (123.4, 100.2, 152.0, "123 [100, 152]"),
        (0.034, 0.031, 0.037, "0.034 [0.031, 0.037]"),
        (2.0, 0.0001, 4e7, "2.00 [0.00, 4e+07]"),
    ],
)
def test_a_ratio_has_digits_that_its_interval_supports(ratio: float, low: float, high: float, shown: str) -> None:
    assert ratio_with_bounds(an_estimate(ratio, low, high)) == shown


@pytest.mark.parametrize(
    ("ratio", "low", "high", "shown"),
    [
        (0.97, 0.94, 0.998, "0.970 [0.940, 0.998]"),
        (1.04, 1.0004, 1.08, "1.0400 [1.0004, 1.0800]"),
        (0.97, 0.94, 1.0004, "0.97 [0.94, 1.00]"),
    ],
)
def test_an_interval_that_excludes_1_never_looks_as_if_it_ended_there(
    ratio: float, low: float, high: float, shown: str
) -> None:
    assert ratio_with_bounds(an_estimate(ratio, low, high)) == shown


def test_a_ratio_without_an_interval_says_why() -> None:
    lonely = an_estimate(1.9, None, None)

    assert bounds(lonely) == "(1 block, no interval)"
    assert ratio_with_bounds(lonely) == "1.90 (1 block, no interval)"
    assert parenthesised(lonely) == "(1.90, 1 block, no interval)"


@pytest.mark.parametrize(
    ("seconds", "low", "high", "shown"),
    [
        (0.1234, 0.1212, 0.1256, "123 ms [121, 126]"),
        (0.1234, 0.1233, 0.1235, "123.4 ms [123.3, 123.5]"),
        (0.0123, 0.0121, 0.0125, "12.3 ms [12.1, 12.5]"),
        (0.0, 0.0, 0.0, "0.000 ms [0.000, 0.000]"),
    ],
)
def test_a_time_shows_three_digits_and_one_more_for_a_narrow_interval(
    seconds: float, low: float, high: float, shown: str
) -> None:
    assert with_bounds(an_estimate(seconds, low, high), 1e-3, "ms") == shown


def test_a_time_without_an_interval_says_why() -> None:
    assert time_with_bounds(a_time(a_side(), 2.0, None), 1.0) == "2.00 (1 block, no interval)"


@pytest.mark.parametrize(
    ("seconds", "unit"),
    [([2.0, 30.0], "s"), ([0.5, 30.0], "ms"), ([3e-5], "µs"), ([1e-12], "ns"), ([0.0, 4.0], "s"), ([], "s")],
)
def test_the_unit_suits_the_shortest_time(seconds: list[float], unit: str) -> None:
    assert unit_for(a_time(a_side(), each) for each in seconds)[0] == unit


def test_one_block_is_singular() -> None:
    assert (counted(1, "block"), counted(2, "block"), counted(0, "block")) == ("1 block", "2 blocks", "0 blocks")
