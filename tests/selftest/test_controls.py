"""The controls: what an interval means for each of them, and the table."""

from collections.abc import Callable
from typing import Any

import pytest

from harness.selftest import controls
from harness.selftest.controls import FAILED, PASSED, UNDECIDED, KnownAnswer, Found
from harness.selftest.judging import Estimate

NOBODY = None


@pytest.mark.parametrize(
    ("low", "high", "outcome"),
    [(0.9, 1.09, PASSED), (1.0, 1.2, UNDECIDED), (1.11, 1.2, FAILED), (None, None, UNDECIDED)],
)
def test_threads_under_a_gil_must_stay_below_the_bound(low: float | None, high: float | None, outcome) -> None:
    assert controls.no_speed_up(Estimate(1.0, low, high, 10)) == outcome


@pytest.mark.parametrize(
    ("low", "high", "outcome"),
    [
        (0.93, 0.97, PASSED),
        (0.96, 0.98, PASSED),
        (0.94, 1.01, UNDECIDED),
        (0.96, 1.01, FAILED),
        (None, None, UNDECIDED),
    ],
)
def test_five_percent_more_work_must_be_found_slower(low: float | None, high: float | None, outcome) -> None:
    assert controls.slower(Estimate(0.95, low, high, 10)) == outcome


@pytest.mark.parametrize(
    ("different", "tries", "outcome"),
    [(1, 25, PASSED), (4, 20, PASSED), (5, 20, FAILED), (0, 19, UNDECIDED), (3, 3, FAILED), (0, 0, UNDECIDED)],
)
def test_identical_pairs_may_differ_as_often_as_chance_allows(different: int, tries: int, outcome) -> None:
    assert controls.alike(different, tries) == outcome


def test_the_table_has_a_line_for_each_control_and_judges_none_below_ten_blocks() -> None:
    control = KnownAnswer("more work", "slower", controls.slower, NOBODY, NOBODY)
    found = Found(
        [(control, [0.95, 0.951] * 5), (control, [0.95, 0.951]), (control, [])],
        [[1.0, 1.01, 0.99], [1.0, 1.01, 0.99], [1.1, 1.11, 1.12]],
    )

    assert controls.lines(found) == [
        ["more work", "slower", "0.950 [0.950, 0.951]", "10", "passed"],
        ["more work", "slower", "0.950 [0.944, 0.957]", "2", "undecided"],
        ["more work", "slower", "–", "0", "undecided"],
        [
            "identical pairs",
            "at most 1 of 3 intervals exclude 1",
            "1 of 3: 33.3% [0.8%, 90.6%]",
            "10 each",
            "undecided",
        ],
    ]


def test_controls_are_measured_until_they_are_sharp_but_ten_blocks_at_least(here, taking: Callable[..., Any]) -> None:
    sharp = KnownAnswer("sharp", "", controls.slower, taking(*[1.05] * 10), taking(*[1.0] * 10))
    blunt = KnownAnswer("blunt", "", controls.slower, taking(*[1.0, 1.2] * 5), taking(*[1.0] * 10))
    found = Found([(sharp, []), (blunt, [])])

    controls.sharpen(here, found, until=0.0)

    assert [len(ratios) for _, ratios in found.controls] == [10, 10]
