"""The words about a contrast are those of its verdict, whatever its interval."""

from typing import Any

import pytest

from harness.records import Verdict
from harness.report.text import phrases
from tests.builders import a_contrast

Numbers = tuple[float, float | None, float | None]  # ratio, low, high


@pytest.mark.parametrize(
    ("numbers", "verdict", "text"),
    [
        ((1.9, 1.85, 1.95), "faster", "1.90× faster than X [1.85, 1.95]"),
        ((0.5, 0.4, 0.6), "slower", "2.00× slower than X (0.50× [0.40, 0.60])"),
        ((1.01, 1.005, 1.015), "equivalent", "equivalent to X (1.010 [1.005, 1.015])"),
        ((1.9, 1.85, 1.95), "undecided", "undecided against X (1.90 [1.85, 1.95])"),
        ((1.9, 1.85, 1.95), None, "ratio 1.90 to X [1.85, 1.95], no verdict yet"),
        ((1.9, None, None), None, "ratio 1.90 to X (1 block, no interval), no verdict yet"),
    ],
)
def test_the_verdict_decides_the_words_and_the_interval_does_not(
    numbers: Numbers, verdict: Verdict | None, text: str
) -> None:
    assert phrases.against(a_contrast(*numbers, verdict=verdict), "X") == text


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"verdict": "faster"}, "faster"),
        ({"verdict": "faster", "provisional": True}, "no verdict yet"),
        ({"verdict": None}, "no verdict yet"),
        ({"primary": False}, "not declared"),
    ],
)
def test_a_contrast_that_is_provisional_or_not_declared_has_no_verdict(fields: dict[str, Any], word: str) -> None:
    assert phrases.word(a_contrast(**fields)) == word


def test_a_contrast_that_was_not_declared_has_a_ratio_and_an_interval() -> None:
    assert phrases.against(a_contrast(primary=False), "serial") == (
        "ratio 1.90 to serial [1.85, 1.95], not declared: no verdict"
    )


def test_enumerations_read_like_prose() -> None:
    assert [phrases.enumerated(list(parts)) for parts in ("a", "ab", "abc")] == ["a", "a and b", "a, b and c"]
