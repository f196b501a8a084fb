"""The words about a contrast follow its interval in every situation."""

import pytest

from harness.records import Verdict
from harness.report.text import phrases
from tests.builders import a_contrast

Numbers = tuple[float, float | None, float | None]  # ratio, low, high

NO_INTERVAL: Numbers = (1.9, None, None)


@pytest.mark.parametrize(
    ("numbers", "verdict", "text"),
    [
        ((1.9, 1.85, 1.95), "faster", "threads run fib 1.90× faster on A than on B [1.85, 1.95]"),
        ((0.5, 0.4, 0.6), "slower", "threads run fib 2.00× slower on A than on B (0.50× [0.40, 0.60])"),
        (
            (1.0, 0.95, 1.05),
            "undecided",
            "threads run fib with no difference shown between A and B (1.00 [0.95, 1.05])",
        ),
        ((1.0, 0.99, 1.01), "equivalent", "threads run fib equally fast on A and on B (1.00 [0.99, 1.01])"),
        ((1.01, 1.005, 1.015), "equivalent", "threads run fib equally fast on A and on B (1.010 [1.005, 1.015])"),
        ((1.01, 1.005, 1.015), None, "threads run fib 1.010× faster on A than on B [1.005, 1.015]"),
        (NO_INTERVAL, None, "threads run fib 1.90 times as fast on A as on B (1 block, no interval)"),
    ],
)
def test_a_difference_is_claimed_only_where_the_interval_shows_one(
    numbers: Numbers, verdict: Verdict | None, text: str
) -> None:
    assert phrases.between(a_contrast(*numbers, verdict=verdict), "threads run fib", "A", "B") == text


@pytest.mark.parametrize(
    ("numbers", "verdict", "text"),
    [
        ((0.5, 0.4, 0.6), None, "2.00× slower than X (0.50× [0.40, 0.60])"),
        ((1.02, 0.97, 1.07), None, "not shown to differ from X (1.02 [0.97, 1.07])"),
        ((1.0, 0.99, 1.01), "equivalent", "as fast as X (1.00 [0.99, 1.01])"),
        (NO_INTERVAL, None, "1.90 times as fast as X (1 block, no interval)"),
    ],
)
def test_the_same_holds_for_a_comparison_in_a_list(numbers: Numbers, verdict: Verdict | None, text: str) -> None:
    assert phrases.compared_with(a_contrast(*numbers, verdict=verdict), "X") == text


@pytest.mark.parametrize(
    ("numbers", "text"),
    [
        ((0.97, 0.94, 1.0), "this just makes up for the slower build"),
        ((1.03, 0.99, 1.07), "this just makes up for the slower build"),
        ((1.0, 0.6, 1.7), "it is open whether this makes up for the slower build"),
        ((1.0, 0.9, 1.3), "it is open whether this makes up for the slower build"),
        ((0.95, 0.93, 0.97), "this almost makes up for the slower build"),
        ((0.89, 0.87, 0.91), "this does not make up for the slower build"),
        ((1.05, 1.03, 1.07), "this slightly more than makes up for the slower build"),
        ((1.5, 1.4, 1.6), "this more than makes up for the slower build"),
        (NO_INTERVAL, None),
    ],
)
def test_whether_a_gain_pays_for_the_build_follows_the_interval_against_the_sibling(
    numbers: Numbers, text: str | None
) -> None:
    assert phrases.payment(a_contrast(*numbers)) == text


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ((1.98, 1.9, 2.05), "faster"),
        ((1.12, 1.05, 1.2), "faster"),
        ((1.05, 1.02, 1.08), "small"),
        ((1.0, 0.9, 1.09), "small"),
        ((0.95, 0.93, 0.97), "small"),
        ((1.0, 0.8, 1.2), "unclear"),
        ((0.5, 0.4, 0.6), "slower"),
        ((0.9, 0.81, 0.99), "slower"),
        ((0.9, 0.8, 1.01), "small"),
        (NO_INTERVAL, "unknown"),
    ],
)
def test_a_speed_up_is_denied_only_where_the_interval_stays_below_ten_percent(numbers: Numbers, expected: str) -> None:
    assert phrases.speed_up(a_contrast(*numbers)) == expected


def test_arms_of_which_the_same_can_be_said_stand_together() -> None:
    contrasts = [
        ("3.12", a_contrast(0.99, 0.97, 1.01)),
        ("3.13", a_contrast(1.3, 0.9, 1.9)),
        ("3.13t-gil", a_contrast(0.98, 0.97, 0.99)),
        ("3.13t", a_contrast(1.98, 1.9, 2.05)),
        ("3.14", a_contrast(0.5, 0.4, 0.6)),
        ("3.14t", a_contrast(*NO_INTERVAL)),
    ]

    assert phrases.grouped(contrasts, phrases.speed_up, phrases.OVER_SERIAL) == (
        "faster on 3.13t (1.98 [1.90, 2.05]); "
        "no speed-up above 10 % on 3.12 (0.99 [0.97, 1.01]) and 3.13t-gil (0.98 [0.97, 0.99]); "
        "no difference shown on 3.13 (1.30 [0.90, 1.90]); "
        "slower on 3.14 by 2.00× (0.50 [0.40, 0.60]); "
        "not judged on 3.14t (1.90, 1 block, no interval)"
    )


def test_enumerations_read_like_prose() -> None:
    assert [phrases.enumerated(list(parts)) for parts in ("a", "ab", "abc")] == ["a", "a and b", "a, b and c"]
