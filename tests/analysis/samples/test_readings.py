"""One number for each side and block, less what the canaries explain; and pairs of them."""

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from harness.analysis.results.contrasts import contrasts
from harness.analysis.results.times import times
from harness.analysis.samples.readings import Readings, paired, readings, reduced
from harness.records import Pair, Side, Trial
from harness.records.values import Span
from tests.builders import a_side, a_trial, a_value, an_experiment
from tests.disturbed import FAST, SLOW, slow, watched

ARMS, CASES = ("3.13", "3.13t"), (("serial", 1),)
EXPERIMENT = an_experiment(ARMS, CASES)
PLAIN, FREE = a_side("3.13", "serial", 1), a_side("3.13t", "serial", 1)
PAIR = Pair(subject=FREE, baseline=PLAIN, primary=True)


def seconds(trials: Iterable[Trial], side: Side, block: int, span: Span = "whole") -> float:
    table = readings(EXPERIMENT, trials)
    return round(math.exp(table.log_seconds[span][table.rows[side], table.columns[block]]), 9)


def two(*canaries: float, **fields: Any) -> Trial:
    return watched(a_trial(values=(a_value(0.2), a_value(0.4)), **fields), *canaries)


def test_the_mean_is_over_all_values_whatever_the_machine_did() -> None:
    assert seconds([two(FAST, FAST, FAST)], PLAIN, 1) == 0.3
    assert seconds([two(FAST, FAST, SLOW)], PLAIN, 1) == 0.3
    assert seconds([two(SLOW, FAST, FAST)], PLAIN, 1, "work") == 0.255


def test_of_several_attempts_the_first_counts_because_none_is_chosen_by_its_result() -> None:
    attempts = [
        slow(a_trial(seconds=0.1)),
        watched(a_trial(seconds=0.5, attempt=1)),
        watched(a_trial(seconds=0.7, attempt=2)),
    ]

    assert seconds(attempts, PLAIN, 1) == 0.1


def test_a_side_without_a_trial_in_a_block_has_no_number_there() -> None:
    found = readings(EXPERIMENT, [a_trial("3.13", block=1), a_trial("3.13t", block=2)])

    assert [[math.isnan(each) for each in row] for row in found.log_seconds["whole"].tolist()] == [
        [False, True],
        [True, False],
    ]


def run(factor: float, follows: float = 1.0, blocks: int = 20) -> list[Trial]:
    """Trials of both sides; in every third block one side, in turn, meets a machine that is slow by `factor`.

    Its seconds are slower by `factor` to the power of `follows`; everything wobbles by a percent besides.
    """
    trials = []
    for block in range(1, blocks + 1):
        for side, (arm, base) in enumerate((("3.13", 0.2), ("3.13t", 0.1))):
            slower = factor if block % 6 == 3 * side else 1.0
            wobble = 1 + 0.01 * math.sin(7 * block + 3 * side)
            trial = a_trial(arm, block=block, seconds=base * wobble * slower**follows)
            trials.append(watched(trial, FAST * slower, FAST * slower))
    return trials


def test_what_follows_the_canaries_is_taken_off_a_contrast() -> None:
    found = readings(EXPERIMENT, run(1.6))
    (adjusted,) = paired(found, [PAIR], "whole")
    (measured,) = paired(reduced(run(1.6), adjusted=False), [PAIR], "whole")

    assert found.coefficients[PLAIN.case] == pytest.approx(1.0, abs=0.02)
    assert np.abs(adjusted - math.log(2)).max() < 0.03
    assert np.abs(measured - math.log(2)).max() > 0.4


def test_what_does_not_follow_the_canaries_stays_as_measured() -> None:
    trials = run(1.6, follows=0.0)
    found, measured = readings(EXPERIMENT, trials), reduced(trials, adjusted=False)

    assert found.coefficients == {PLAIN.case: 0.0}
    assert measured.coefficients == {}
    assert np.array_equal(found.log_seconds["whole"], measured.log_seconds["whole"])


def test_times_stay_as_measured() -> None:
    def points(found: Readings) -> list[float]:
        return [time.estimate.point for time in times(EXPERIMENT, found)]

    trials = run(1.6)

    assert points(readings(EXPERIMENT, trials)) == points(reduced(trials, adjusted=False))


def test_trials_without_canaries_are_left_as_they_are_among_those_that_have_them() -> None:
    trials = [replace(t, values=tuple(replace(v, canary_seconds=None) for v in t.values)) for t in run(1.6)]
    old = [*trials[:2], *run(1.6)[2:]]
    found, measured = readings(EXPERIMENT, old), reduced(old, adjusted=False)

    assert np.array_equal(found.log_seconds["whole"][:, 0], measured.log_seconds["whole"][:, 0])
    assert not np.array_equal(found.log_seconds["whole"][:, 2], measured.log_seconds["whole"][:, 2])


@pytest.mark.parametrize(("blocks", "provisional", "verdict"), [(9, True, None), (10, False, "faster")])
def test_a_verdict_needs_ten_blocks(blocks: int, provisional: bool, verdict: str | None) -> None:
    whole, _ = contrasts(EXPERIMENT, readings(EXPERIMENT, run(1.6, blocks=blocks)))

    assert (whole.estimate.blocks, whole.provisional, whole.verdict) == (blocks, provisional, verdict)
