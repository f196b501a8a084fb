"""One number for each side and block, made of what nothing disturbed; and pairs of them."""

import math
from collections.abc import Iterable
from typing import Any

import pytest

from harness.analysis.results.contrasts import contrasts
from harness.analysis.results.times import times
from harness.analysis.samples.readings import paired, readings
from harness.records import Pair, Side, Trial
from harness.records.values import Span
from tests.builders import a_side, a_trial, a_value, an_experiment
from tests.disturbed import FAST, SLOW, slow, watched

ARMS, CASES = ("3.13", "3.13t"), (("serial", 1),)
EXPERIMENT = an_experiment(ARMS, CASES)
PLAIN, FREE = a_side("3.13", "serial", 1), a_side("3.13t", "serial", 1)
PAIR = Pair(subject=FREE, baseline=PLAIN, primary=True)
# So many quiet trials of another block that the fast mode is FAST, whatever a test disturbs.
QUIET = [watched(a_trial(arm, block=block)) for arm in ARMS for block in range(101, 121)]


def seconds(trials: Iterable[Trial], side: Side, block: int, span: Span = "whole") -> tuple[float, bool]:
    table = readings(EXPERIMENT, [*trials, *QUIET])
    columns = sorted({trial.block for trial in (*trials, *QUIET)})
    place = table.rows[side], columns.index(block)
    return round(math.exp(table.log_seconds[span][place]), 9), bool(table.undisturbed[place])


def two(*canaries: float, **fields: Any) -> Trial:
    return watched(a_trial(values=(a_value(0.2), a_value(0.4)), **fields), *canaries)


def test_the_mean_is_over_the_unmarked_values() -> None:
    assert seconds([two(FAST, FAST, FAST)], PLAIN, 1) == (0.3, True)
    assert seconds([two(FAST, FAST, SLOW)], PLAIN, 1) == (0.2, True)
    assert seconds([two(SLOW, FAST, FAST)], PLAIN, 1) == (0.4, True)
    assert seconds([two(SLOW, FAST, FAST)], PLAIN, 1, "work") == (0.34, True)


def test_without_an_unmarked_value_all_of_them_count_and_the_reading_is_disturbed() -> None:
    assert seconds([two(FAST, SLOW, FAST)], PLAIN, 1) == (0.3, False)


def test_of_several_attempts_the_first_with_an_undisturbed_value_counts() -> None:
    attempts = [
        slow(a_trial(seconds=0.1)),
        watched(a_trial(seconds=0.5, attempt=1)),
        watched(a_trial(seconds=0.7, attempt=2)),
    ]

    assert seconds(attempts, PLAIN, 1) == (0.5, True)


def test_of_attempts_that_were_all_disturbed_the_first_counts() -> None:
    attempts = [slow(a_trial(seconds=0.1)), slow(a_trial(seconds=0.5), attempt=1)]

    assert seconds(attempts, PLAIN, 1) == (0.1, False)


def test_a_side_without_a_trial_in_a_block_has_no_number_there() -> None:
    found = readings(EXPERIMENT, [a_trial("3.13", block=1), a_trial("3.13t", block=2)])

    assert [[math.isnan(each) for each in row] for row in found.log_seconds["whole"].tolist()] == [
        [False, True],
        [True, False],
    ]
    assert found.undisturbed.tolist() == [[True, False], [False, True]]


def run(marked: int, blocks: int = 20, factor: float = 2.0) -> list[Trial]:
    """Trials of both sides; in the marked blocks the subject was slow and took `factor` times as long."""
    trials = []
    for block in range(1, blocks + 1):
        trials.append(watched(a_trial("3.13", block=block, seconds=0.2)))
        free = watched(a_trial("3.13t", block=block, seconds=0.1))
        trials.append(slow(a_trial("3.13t", block=block, seconds=0.1 * factor)) if block <= marked else free)
    return trials


@pytest.mark.parametrize(
    ("marked", "counted", "left_out", "disturbed"),
    [(0, 20, 0, False), (5, 15, 5, False), (10, 10, 10, False), (11, 20, 0, True), (20, 20, 0, True)],
)
def test_marked_blocks_are_left_out_up_to_half_and_kept_beyond(
    marked: int, counted: int, left_out: int, disturbed: bool
) -> None:
    # Canaries of both sides together decide what is fast, so even a side that is never fast is seen to be slow.
    together = paired(readings(EXPERIMENT, run(marked)), [PAIR], "whole")

    assert together.blocks.tolist() == [counted]
    assert together.marked.tolist() == [left_out]
    assert together.disturbed.tolist() == [disturbed]
    expected = [math.log(1.0 if disturbed and block < marked else 2.0) for block in range(20)]
    logs = together.log_ratios[0].tolist()
    assert [each for each in logs if not math.isnan(each)] == pytest.approx(expected[-counted:])


def test_a_contrast_says_how_many_blocks_were_left_out() -> None:
    whole, work = contrasts(EXPERIMENT, readings(EXPERIMENT, run(5)))

    assert (whole.estimate.blocks, whole.marked, whole.disturbed) == (15, 5, False)
    assert (whole.estimate.point, whole.verdict, whole.target_reached) == (pytest.approx(2.0), "faster", True)  # type: ignore[comparison-overlap]
    assert (work.estimate.blocks, work.marked) == (15, 5)


def test_a_disturbed_contrast_is_undecided_and_never_reaches_its_target() -> None:
    whole, _ = contrasts(EXPERIMENT, readings(EXPERIMENT, run(15, factor=1.0)))

    assert (whole.estimate.blocks, whole.marked, whole.disturbed) == (20, 0, True)
    assert whole.estimate.interval is not None
    low, high = whole.estimate.interval
    assert (round(low, 9), round(high, 9)) == (2.0, 2.0)
    assert (whole.verdict, whole.target_reached, whole.provisional) == ("undecided", False, False)


@pytest.mark.parametrize(
    ("blocks", "counted", "provisional", "reached", "verdict"),
    [(10, 5, True, False, None), (14, 9, True, False, None), (15, 10, False, True, "faster")],
)
def test_a_verdict_needs_ten_blocks_that_count_whatever_was_left_out(
    blocks: int, counted: int, provisional: bool, reached: bool, verdict: str | None
) -> None:
    whole, _ = contrasts(EXPERIMENT, readings(EXPERIMENT, run(5, blocks=blocks)))

    assert (whole.estimate.blocks, whole.marked) == (counted, 5)
    assert (whole.provisional, whole.target_reached, whole.verdict) == (provisional, reached, verdict)


@pytest.mark.parametrize(("marked", "expected", "blocks"), [(10, 0.1, 10), (11, 0.1 * 2 ** (11 / 20), 20)])
def test_times_leave_marked_blocks_out_alike(marked: int, expected: float, blocks: int) -> None:
    (time,) = [
        each
        for each in times(EXPERIMENT, readings(EXPERIMENT, run(marked)))
        if each.side == FREE and each.span == "whole"
    ]

    assert (time.estimate.point, time.estimate.blocks) == (pytest.approx(expected), blocks)  # type: ignore[comparison-overlap]
