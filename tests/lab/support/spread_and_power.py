"""How far block ratios spread, and what follows: widths of intervals, power, and whether the machine was quiet."""

import math
from collections.abc import Callable, Sequence

import numpy as np
from scipy import stats

from harness.selftest.judging import CONFIDENCE, TARGET, Estimate

MOST_BLOCKS = 1_000_000
# A quiet machine's canary, a fixed piece of work, takes the same time within a few percent; a shared one changes its
# speed by half.
QUIET_CANARY = 1.10
QUIET_SD = 0.03


def half_width(ratio: Estimate) -> float | None:
    """Return how far the interval reaches from its point, as a fraction; None when there is no interval."""
    if ratio.interval is None:
        return None
    low, high = ratio.interval
    return max(high / ratio.point - 1, 1 - low / ratio.point)


def sd_of_logs(ratios: Sequence[float]) -> float | None:
    """Return the standard deviation of the ratios' logarithms; None below two."""
    return float(np.log(ratios).std(ddof=1)) if len(ratios) > 1 else None


def pooled_sd(groups: Sequence[Sequence[float]]) -> float | None:
    """Return the standard deviation within groups of ratios, on the log scale."""
    freedom = sum(len(group) - 1 for group in groups)
    if freedom < 1:
        return None
    return math.sqrt(sum(float(np.log(group).var()) * len(group) for group in groups) / freedom)


def width_of_one(sd: float, freedom: int) -> float:
    """Return the half-width, as a fraction, of one pair's interval when the sd is known from `freedom` + 1 pairs."""
    return math.expm1(float(stats.t.ppf((1 + CONFIDENCE) / 2, freedom)) * sd)


def sd_interval(sd: float, freedom: int) -> tuple[float, float]:
    """Return the 95 % interval of a standard deviation (chi-squared; the logarithms taken for normal)."""
    tail = (1 - CONFIDENCE) / 2
    low, high = stats.chi2.ppf([1 - tail, tail], freedom)
    return float(sd * math.sqrt(freedom / low)), float(sd * math.sqrt(freedom / high))


def blocks_for_width(sd: float, fraction: float = TARGET, minimum: int = 2) -> int:
    """Return how many blocks an interval within ±fraction takes at this sd of the log ratio (Student's t)."""

    def reaches(blocks: int) -> bool:
        return bool(stats.t.ppf((1 + CONFIDENCE) / 2, blocks - 1) * sd / math.sqrt(blocks) <= math.log1p(fraction))

    return _first(reaches, minimum)


def power(effect: float, sd: float, blocks: int) -> float:
    """Return the chance that a t interval from so many blocks excludes 1 on the right side (noncentral t).

    `effect` is the true ratio, `sd` that of the block log ratio. Source: Lehmann & Romano, Testing Statistical
    Hypotheses, 3rd ed., section 5.2.
    """
    if sd <= 0:
        return 1.0
    critical = stats.t.ppf((1 + CONFIDENCE) / 2, blocks - 1)
    return float(stats.nct.sf(critical, blocks - 1, abs(math.log(effect)) / sd * math.sqrt(blocks)))


def blocks_for_power(effect: float, sd: float, wanted: float = 0.95) -> int:
    """Return the least number of blocks at which `power` is what is wanted."""
    return _first(lambda blocks: power(effect, sd, blocks) >= wanted, 2)


def _first(enough: Callable[[int], bool], minimum: int) -> int:
    """Return the least number from `minimum` up that is enough; more are enough too."""
    low, high = minimum - 1, minimum
    while not enough(high) and high < MOST_BLOCKS:
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def state(canaries: Sequence[float], groups: Sequence[Sequence[float]]) -> str:
    """Say whether the machine was quiet, from canary readings where there are any, else from the spread of ratios.

    `groups` are the block ratios of one contrast each, so that a contrast's own size is not taken for noise.
    """
    if canaries:
        low, high = np.percentile(canaries, [5, 95])
        spread = float(high / low)
        word = "quiet" if spread <= QUIET_CANARY else "noisy"
        return f"{word} (95th/5th percentile of the canary {spread:.2f})"
    sd = pooled_sd(groups)
    if sd is None:
        return "unknown (too few blocks)"
    return f"{'quiet' if sd <= QUIET_SD else 'noisy'} (no canary; sd of the block log ratio {sd:.3f})"
