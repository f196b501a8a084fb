"""Intervals over blocks: exact on known numbers, honest on simulated ones, the same however the numbers are turned."""

import math
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from harness.analysis.statistics import signed_rank as module
from harness.analysis.statistics.signed_rank import (
    Floats,
    excluded,
    pseudomedian,
    pseudomedians,
    selected,
    signed_rank,
    student,
)
from harness.records import Estimate

steady = settings(derandomize=True, max_examples=60, deadline=None)
positive = st.floats(1e-3, 1e3)
ratios = st.lists(positive, min_size=1, max_size=30)
# Seven blocks' averages, ordered: 0, .5, 1, 1, 1.5, 1.5, 2, 2, 2, 2.5, …, 5, 5.5, 6
SEVEN = np.arange(7.0)


def close(estimate: Estimate, *expected: float | None) -> bool:
    ends = (estimate.point, estimate.low, estimate.high)
    return all(
        end == (None if exact is None else pytest.approx(exact, rel=1e-9))
        for end, exact in zip(ends, expected, strict=True)
    )


def test_one_value_has_no_interval() -> None:
    assert close(pseudomedian([2.0]), 2.0, None, None)


def test_two_values_have_student_s_interval_around_their_mean() -> None:
    reach = 12.706204736432095 * 0.1 / math.sqrt(2) * math.sqrt(2)  # t(0.975, 1) · s / √2, s = 0.1 · √2

    assert close(pseudomedian(np.exp([0.1, 0.3])), math.exp(0.2), math.exp(0.2 - reach), math.exp(0.2 + reach))


def test_seven_values_have_the_signed_rank_interval() -> None:
    # Of 128 sign patterns 3 have a rank sum of at most 2, which is 2.3 %: the interval begins at the third average.
    assert [each.item() for each in pseudomedians(SEVEN[np.newaxis])] == [3.0, 1.0, 5.0]


def test_the_ranks_are_those_of_printed_tables() -> None:
    # Hollander, Wolfe and Chicken's table of the signed-rank statistic: one less than its critical values.
    assert [excluded(blocks) for blocks in (2, 5, 6, 7, 8, 10, 12, 20, 50)] == [0, 0, 0, 2, 3, 8, 13, 52, 434]


def test_the_approximation_for_many_blocks_is_at_most_one_place_too_wide(monkeypatch: pytest.MonkeyPatch) -> None:
    exact = [excluded(blocks) for blocks in (50, 70, 90)]
    monkeypatch.setattr(module, "EXACT_BLOCKS", 1)

    approximate = [excluded.__wrapped__(blocks) for blocks in (50, 70, 90)]

    assert all(0 <= true - near <= 1 for true, near in zip(exact, approximate, strict=True))


@pytest.mark.parametrize("blocks", [2, 5, 6, 40, 150])
def test_values_that_are_all_equal_leave_no_doubt(blocks: int) -> None:
    assert close(pseudomedian([1.25] * blocks), 1.25, 1.25, 1.25)


@pytest.mark.parametrize("blocks", range(2, 41))
def test_the_point_is_inside_from_2_to_40_blocks(blocks: int) -> None:
    point, low, high = pseudomedians(np.random.default_rng(blocks).standard_t(2, (200, blocks)))

    assert np.all((low <= point) & (point <= high))


def test_one_block_of_ten_times_the_time_changes_little_from_twelve_blocks_up() -> None:
    quiet = np.exp(np.random.default_rng(1).normal(0, 0.01, 12))
    plain, struck = pseudomedian(quiet), pseudomedian([*quiet[:-1], 10 * quiet[-1]])

    assert struck.point == pytest.approx(plain.point, rel=0.01)
    assert struck.high is not None
    assert struck.high < 1.03
    assert (pseudomedian([*quiet[:9], 10.0]).high or 0) > 2, "of ten blocks, the widest averages still count"


def test_many_contrasts_at_once_are_the_same_as_each_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "AVERAGES_AT_ONCE", 100)  # several portions
    random = np.random.default_rng(3)
    logs = np.where(random.random((60, 14)) < 0.4, np.nan, random.normal(0, 0.1, (60, 14)))
    logs[0] = np.nan
    logs[1, 1:] = np.nan

    together = pseudomedians(logs)

    for row, point, low, high in zip(logs[1:], *(part[1:] for part in together), strict=True):
        alone = pseudomedian(np.exp(row[~np.isnan(row)]))
        ends = (None if np.isnan(end) else pytest.approx(math.exp(end)) for end in (point, low, high))
        assert alone == (*ends, np.sum(~np.isnan(row)))
    assert [bool(np.isnan(part[0])) for part in together] == [True, True, True], "no block at all"
    assert [bool(np.isnan(part[1])) for part in together] == [False, True, True], "one block"


def test_no_contrasts_are_no_estimates() -> None:
    assert [part.shape for part in pseudomedians(np.empty((0, 5)))] == [(0,)] * 3
    assert [part.tolist() for part in pseudomedians(np.empty((2, 0)))] == [[pytest.approx(np.nan, nan_ok=True)] * 2] * 3


# Of 4000 samples: four binomial standard deviations of 95 % are 1.4 points. The signed-rank interval of six blocks
# covers 1 − 2/64 = 96.9 % and that of seven 1 − 6/128 = 95.3 %.
@pytest.mark.parametrize(
    ("blocks", "covers"), [(2, 0.95), (5, 0.95), (6, 0.969), (7, 0.953), (10, 0.951), (20, 0.952), (40, 0.95)]
)
def test_it_covers_the_truth_95_times_in_a_hundred(blocks: int, covers: float) -> None:
    _, low, high = pseudomedians(np.random.default_rng(blocks).normal(0.3, 0.05, (4000, blocks)))

    assert np.mean((low <= 0.3) & (high >= 0.3)) == pytest.approx(covers, abs=0.014)


def test_heavy_tails_are_covered_with_a_narrower_interval_than_student_s() -> None:
    logs = 0.03 * np.random.default_rng(5).standard_t(2, (4000, 20))
    ranked, students = signed_rank(logs), student(logs)

    assert np.mean((ranked.low <= 0) & (ranked.high >= 0)) == pytest.approx(0.95, abs=0.014)
    assert (ranked.high - ranked.low).mean() < 0.75 * (students.high - students.low).mean()


@steady
@given(ratios)
def test_swapping_the_sides_inverts_the_ratio_and_its_interval(values: list[float]) -> None:
    point, low, high, _ = pseudomedian(values)

    assert close(pseudomedian([1 / value for value in values]), 1 / point, high and 1 / high, low and 1 / low)


@steady
@given(st.lists(st.tuples(positive, positive), min_size=1, max_size=30), positive)
def test_a_clock_of_another_rate_changes_nothing(times: list[tuple[float, float]], rate: float) -> None:
    before = pseudomedian([baseline / subject for subject, baseline in times])

    assert close(pseudomedian([(baseline * rate) / (subject * rate) for subject, baseline in times]), *before[:3])


@steady
@given(ratios, st.randoms(use_true_random=False))
def test_the_order_of_blocks_does_not_matter(values: list[float], random: Random) -> None:
    shuffled = random.sample(values, len(values))

    assert close(pseudomedian(shuffled), *pseudomedian(values)[:3])


@steady
@given(arrays(float, st.tuples(st.integers(1, 5), st.integers(1, 12)), elements=st.floats(-5, 5)), st.integers(1, 5))
def test_blocks_that_are_missing_are_as_if_they_had_not_been(logs: Floats, missing: int) -> None:
    padded = np.hstack([np.full((len(logs), missing), np.nan), logs])

    for alone, together in zip(pseudomedians(logs), pseudomedians(padded), strict=True):
        np.testing.assert_array_equal(alone, together)


def every_average(numbers: Floats) -> Floats:
    first, second = np.triu_indices(len(numbers))
    return np.sort((numbers[first] + numbers[second]) / 2)


@pytest.mark.parametrize(
    "shape", ["normal", "heavy tails", "two states", "skewed", "ties", "all equal", "two clusters"]
)
@pytest.mark.parametrize("blocks", [module.MANY_BLOCKS + 1, 333])
def test_of_many_blocks_the_same_averages_are_selected_without_making_all(shape: str, blocks: int) -> None:
    random = np.random.default_rng(blocks)
    logs = {
        "normal": random.normal(0, 0.03, blocks),
        "heavy tails": random.standard_t(2, blocks),
        "two states": random.normal(0, 0.01, blocks) + 0.45 * (random.random(blocks) < 0.3),
        "skewed": random.exponential(1, blocks),
        "ties": np.round(random.normal(0, 1, blocks)),
        "all equal": np.zeros(blocks),
        "two clusters": np.repeat([-1e6, 1e6], [blocks // 2, blocks - blocks // 2]) + random.normal(0, 1, blocks),
    }[shape]
    averages = every_average(logs)
    outer = excluded(blocks)

    point, low, high = signed_rank(logs[np.newaxis])

    assert (point[0], low[0], high[0]) == (np.median(averages), averages[outer], averages[-1 - outer])


@steady
@given(arrays(float, st.integers(1, 150), elements=st.floats(-5, 5)), st.floats(0, 1))
def test_whatever_is_selected_is_what_sorting_all_averages_gives(numbers: Floats, place: float) -> None:
    averages = every_average(numbers)
    rank = round(place * (len(averages) - 1))

    assert selected(np.sort(numbers), [rank]) == pytest.approx(averages[[rank]], abs=1e-12)
