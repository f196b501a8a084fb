"""Whole journals with a known truth: what is said of them is rarely wrong, whatever the machine does."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from harness.analysis.results.contrasts import contrasts
from harness.analysis.samples.readings import readings
from harness.analysis.statistics.signed_rank import Floats
from harness.records import Contrast, Trial
from tests.builders import a_trial, an_experiment

ARMS, CASES = ("3.13", "3.13t"), (("serial", 1),)
EXPERIMENT = an_experiment(ARMS, CASES)
RUNS, BLOCKS = 150, 12

Machine = Callable[[np.random.Generator], Floats]


def steady(_: np.random.Generator) -> Floats:
    return np.zeros((BLOCKS, 2))


def slow_drift(random: np.random.Generator) -> Floats:
    """A machine that changes by a third over the run; both sides of a block see nearly the same of it."""
    order = random.permuted(np.tile([0, 1], (BLOCKS, 1)), axis=1)
    return 0.3 / BLOCKS * (np.arange(BLOCKS)[:, np.newaxis] + order / 10)


def fast_noise(random: np.random.Generator) -> Floats:
    """A machine with two speeds, a factor of 1.57 apart, each trial at one of them."""
    return np.where(random.random((BLOCKS, 2)) < 0.3, 0.45, 0.0)


def primaries(machine: Machine, ratio: float, runs: int = RUNS, seed: int = 1, noise: float = 0.015) -> list[Contrast]:
    """The primary contrast of each run, the subject being `ratio` times as fast."""
    random = np.random.default_rng(seed)
    primary_contrasts = []
    for _ in range(runs):
        seconds = 0.2 * np.exp(machine(random) + random.normal(0, noise, (BLOCKS, 2)))
        trials = [
            trial
            for block, (baseline, subject) in enumerate(seconds.tolist(), start=1)
            for trial in (
                a_trial("3.13", block=block, seconds=baseline),
                a_trial("3.13t", block=block, seconds=subject / ratio),
            )
        ]
        every = contrasts(EXPERIMENT, readings(EXPERIMENT, trials))
        primary_contrasts.append(next(contrast for contrast in every if contrast.verdict))
    return primary_contrasts


@pytest.mark.parametrize("machine", [steady, slow_drift, fast_noise])
def test_identical_sides_are_rarely_told_apart(machine: Machine) -> None:
    wrong = sum(contrast.verdict in {"faster", "slower"} for contrast in primaries(machine, ratio=1.0))

    # 5 % of 150 runs are 7.5, four standard deviations more are 18; comparing separate means would give dozens.
    assert wrong <= 18


@pytest.mark.parametrize("machine", [steady, slow_drift, fast_noise])
def test_the_interval_holds_the_true_ratio(machine: Machine) -> None:
    intervals = [contrast.estimate.interval for contrast in primaries(machine, ratio=1.3, seed=2)]
    assert None not in intervals
    held = sum(interval is not None and interval[0] <= 1.3 <= interval[1] for interval in intervals)

    assert held >= RUNS - 18


@pytest.mark.parametrize("machine", [steady, slow_drift])
def test_five_percent_faster_is_seen(machine: Machine) -> None:
    # The standard error of 12 pairs is 0.6 %, so nearly all intervals lie above 1.
    assert sum(contrast.verdict == "faster" for contrast in primaries(machine, ratio=1.05, runs=50)) >= 48


def test_identical_sides_are_equivalent_where_the_noise_allows_it() -> None:
    # The standard error of 12 pairs is 0.2 %, so all of an interval is within ±2 %.
    assert {contrast.verdict for contrast in primaries(steady, ratio=1.0, runs=50, seed=3, noise=0.005)} == {
        "equivalent"
    }


@pytest.mark.parametrize("lost", [("3.13", 3), ("3.13t", 3)])
def test_a_block_in_which_one_arm_is_missing_counts_for_neither(lost: tuple[str, int]) -> None:
    random = np.random.default_rng(4)
    trials = [a_trial(arm, block=block, seconds=random.uniform(0.1, 0.2)) for block in range(1, 13) for arm in ARMS]

    def estimated(kept: Sequence[Trial]) -> Contrast:
        whole, _ = contrasts(EXPERIMENT, readings(EXPERIMENT, kept))
        return whole

    assert estimated([trial for trial in trials if (trial.arm, trial.block) != lost]) == estimated(
        [trial for trial in trials if trial.block != lost[1]]
    )


def test_blocks_that_one_side_has_more_of_do_not_count() -> None:
    both = [a_trial(arm, block=block, seconds=0.2) for block in range(1, 11) for arm in ARMS]
    more = [a_trial("3.13", block=block, seconds=9.0) for block in range(11, 31)]
    whole, _ = contrasts(EXPERIMENT, readings(EXPERIMENT, both + more))

    assert (whole.estimate.point, whole.estimate.low, whole.estimate.high, whole.estimate.blocks) == (  # type: ignore[comparison-overlap]
        pytest.approx(1),
        pytest.approx(1),
        pytest.approx(1),
        10,
    )


def test_one_block_of_ten_times_the_time_does_not_hide_a_difference() -> None:
    trials = []
    for block in range(1, 21):
        wobble = 1 + 0.01 * (block % 3)
        trials += [
            a_trial("3.13", block=block, seconds=0.2 * wobble),
            a_trial("3.13t", block=block, seconds=0.2 / 1.05 * (10 if block == 7 else 1)),
        ]
    whole, _ = contrasts(EXPERIMENT, readings(EXPERIMENT, trials))

    assert whole.verdict == "faster"
    assert whole.estimate.low == pytest.approx(1.05, rel=0.02)
    assert whole.estimate.high == pytest.approx(1.05, rel=0.03)
