"""Holm's correction and the signed-rank p-value, on numbers that can be checked by hand."""

import itertools
import math

import numpy as np
import pytest

from harness.analysis.statistics.holm import holm
from harness.analysis.statistics.rank_sums import p_values
from harness.analysis.statistics.signed_rank import estimates_of


def test_holm_multiplies_the_smallest_by_all_the_next_by_one_less_and_never_decreases() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.5, 0.9]) == [1.0, 1.0]
    assert holm([]) == []


def test_the_p_value_is_that_of_all_signs_counted() -> None:
    logs = np.array([0.5, 1.1, -0.3, 0.7, 2.0, 0.9, -0.1])
    ranks = np.argsort(np.argsort(np.abs(logs))) + 1
    observed = min(ranks[logs > 0].sum(), ranks[logs < 0].sum())
    sums = [
        sum(r for r, keep in zip(ranks, signs, strict=True) if keep) for signs in itertools.product((0, 1), repeat=7)
    ]
    expected = 2 * sum(total <= observed for total in sums) / 2**7

    assert p_values(logs[np.newaxis])[0] == pytest.approx(expected)
    assert p_values(-logs[np.newaxis])[0] == pytest.approx(expected)


def test_an_interval_excludes_one_exactly_where_the_p_value_is_at_most_five_percent() -> None:
    random = np.random.default_rng(5)
    for blocks in (6, 10, 13, 40, 101, 150):
        logs = random.normal(0.3, 1.0, (200, blocks))
        excluded = [estimate.excludes_one for estimate in estimates_of(logs)]
        assert (p_values(logs) <= 0.05).tolist() == excluded, blocks


def test_missing_blocks_do_not_count_and_too_few_have_no_p_value() -> None:
    logs = np.array([[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, np.nan], [0.1, 0.2, np.nan, 0.4, 0.5, 0.6, np.nan]])
    first, second = p_values(logs).tolist()

    assert first == 2 / 2**6
    assert math.isnan(second)


def test_identical_sides_have_no_evidence_at_all() -> None:
    assert p_values(np.zeros((1, 12))).tolist() == [1.0]
