"""Point and 95 % interval over blocks, on the log scale: Hodges and Lehmann's estimate with signed ranks.

`docs/statistics.md` has the alternatives, the table they were compared by, and the reasons.
"""

import math
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from harness.records import Estimate

Floats = NDArray[np.float64]

CONFIDENCE = 0.95
TAIL = (1 - CONFIDENCE) / 2
FEWEST_BLOCKS = 6  # the widest signed-rank interval of five covers 1 − 2/2⁵ = 93.75 %, of six 96.9 %
EXACT_BLOCKS = 100  # beyond these the normal approximation is one place too wide, of thousands (checked up to 300)
MANY_BLOCKS = 200  # from about here on, making all averages takes longer than selecting among them
COARSE = 64  # of more numbers so many bound what is looked for
MARGIN = 0.03  # of all averages, on both sides of the ranks: twice what one of the coarse numbers stands for
AVERAGES_AT_ONCE = 20_000  # 160 kB of them, which a cache holds: each contrast of n blocks has n(n + 1)/2


class Estimates(NamedTuple):
    """Arrays of shape (k,), on the scale of what they were made from; NaN stands for what cannot be said."""

    point: Floats
    low: Floats
    high: Floats


def pseudomedian(values: Sequence[float] | Floats) -> Estimate:
    """Estimate from n ≥ 1 independent positive observations, in their own unit; see `pseudomedians`."""
    return estimates_of(np.log(np.asarray(values, dtype=float))[np.newaxis])[0]


def estimates_of(logs: Floats) -> list[Estimate]:
    """Estimate each row of (k, n) logarithms, NaN for a missing block, on the scale of what they are logarithms of."""
    ends = np.exp(np.array(pseudomedians(logs))).T.tolist()
    counts = (~np.isnan(logs)).sum(axis=1).tolist()
    return [estimate(point, low, high, blocks) for (point, low, high), blocks in zip(ends, counts, strict=True)]


def estimate(point: float, low: float, high: float, blocks: int) -> Estimate:
    """Return an estimate from numbers in which NaN stands for the ends of an interval that is not there."""
    return Estimate(point, None, None, blocks) if math.isnan(low) else Estimate(point, low, high, blocks)


def pseudomedians(logs: Floats) -> Estimates:
    """Estimate k contrasts from their log ratios, shape (k, n) with NaN for a missing block; answers are logs too.

    The interval is NaN below two blocks, Student's t below six, and the signed-rank interval from six up.
    """
    logs = np.asarray(logs, dtype=float)
    ends = np.full((3, len(logs)), np.nan)
    present = ~np.isnan(logs)
    counts = present.sum(axis=1)
    for blocks in np.unique(counts[counts > 0]).tolist():
        rows = np.flatnonzero(counts == blocks)
        at_once = max(1, AVERAGES_AT_ONCE // _averages(blocks))
        for first in range(0, len(rows), at_once):
            some = rows[first : first + at_once]
            ends[:, some] = _complete(logs[some][present[some]].reshape(len(some), blocks))
    return Estimates(*ends)


def _complete(logs: Floats) -> Estimates:
    blocks = logs.shape[1]
    if blocks == 1:
        return Estimates(logs[:, 0], np.full(len(logs), np.nan), np.full(len(logs), np.nan))
    ranked = signed_rank(logs)
    # The mean of all pairwise averages is the mean, so their median is less than s from it, and t·s/√n is more than s
    # up to five blocks: the point is always inside.
    return ranked if blocks >= FEWEST_BLOCKS else student(logs)._replace(point=ranked.point)


def student(logs: Floats) -> Estimates:
    """Student's t on the mean of each row; shape (k, n) without NaN, n ≥ 2."""
    blocks = logs.shape[1]
    point = logs.mean(axis=1)
    reach = special.stdtrit(blocks - 1, 1 - TAIL) * logs.std(axis=1, ddof=1) / math.sqrt(blocks)
    return Estimates(point, point - reach, point + reach)


def signed_rank(logs: Floats) -> Estimates:
    """The median of all pairwise averages of each row, and the values that Wilcoxon's test does not reject.

    Shape (k, n) without NaN, n ≥ 2. Source: Hodges and Lehmann, Annals of Mathematical Statistics 34 (1963) 598–611;
    Hollander, Wolfe and Chicken, Nonparametric Statistical Methods, 3rd edition (2014), sections 3.2 and 3.3.
    """
    blocks = logs.shape[1]
    last = _averages(blocks) - 1
    middle = last // 2
    outer = excluded(blocks)
    if blocks > MANY_BLOCKS:
        ordered = np.sort(logs, axis=1)
        ranks = [middle, last - middle], [outer], [last - outer]
        return Estimates(*(np.array([selected(row, adjacent).mean() for row in ordered]) for adjacent in ranks))
    first, second = np.triu_indices(blocks)
    averages = logs[:, first]
    averages += logs[:, second]
    averages /= 2
    averages.partition(sorted({outer, middle, last - middle, last - outer}), axis=1)
    point = (averages[:, middle] + averages[:, last - middle]) / 2
    return Estimates(point, averages[:, outer], averages[:, last - outer])


def selected(ordered: Floats, ranks: Sequence[int]) -> Floats:
    """Return the pairwise averages of n sorted numbers that have the given adjacent ranks, counted from 0.

    Of many numbers most averages need not be made: the averages of a few of the numbers bound the ones that are looked
    for, and sorted numbers say how many averages are below the bounds. Should the bounds not hold, all are made.
    """
    coarse = ordered[:: max(1, len(ordered) // COARSE)]
    first, second = _pairs(len(coarse))
    bounds = np.sort(coarse[first] + coarse[second])
    place = ranks[0] / _averages(len(ordered)) * len(bounds)
    margin = MARGIN * len(bounds)
    low = bounds[max(0, math.floor(place - margin))] if place > margin else -math.inf
    high = bounds[math.ceil(place + margin)] if place + margin < len(bounds) - 1 else math.inf
    return _between(ordered, ranks, low, high)


def _between(ordered: Floats, ranks: Sequence[int], low: float, high: float) -> Floats:
    """Select among the averages whose double lies between two bounds."""
    numbers = np.arange(len(ordered))
    starts = np.maximum(np.searchsorted(ordered, low - ordered, side="left"), numbers)
    stops = np.maximum(np.searchsorted(ordered, high - ordered, side="right"), starts)
    counts = stops - starts
    below = int((starts - numbers).sum())
    places = [rank - below for rank in ranks]
    if places[0] < 0 or places[-1] >= counts.sum():
        return _between(ordered, ranks, -math.inf, math.inf)
    first = np.repeat(numbers, counts)
    second = np.arange(len(first)) + np.repeat(starts - np.cumsum(counts) + counts, counts)
    averages = ordered[first]
    averages += ordered[second]
    averages /= 2
    averages.partition(places)
    return averages[places]


@lru_cache(maxsize=4)
def _pairs(numbers: int) -> tuple[NDArray[np.int_], NDArray[np.int_]]:
    first, second = np.triu_indices(numbers)
    return first, second


@cache
def excluded(blocks: int) -> int:
    """Return how many pairwise averages lie below the interval, and above it as many.

    The interval begins at the c-th of them, where c is how many of the smallest rank sums have together no more than
    2.5 %: Wilcoxon's test rejects a centre with fewer averages below it. Below six blocks there are none: 0.
    """
    if blocks > EXACT_BLOCKS:
        deviation = math.sqrt(blocks * (blocks + 1) * (2 * blocks + 1) / 24)
        return math.floor(_averages(blocks) / 2 - 0.5 - float(special.ndtri(1 - TAIL)) * deviation)
    chances = np.zeros(_averages(blocks) + 1)
    chances[0] = 1
    for rank in range(1, blocks + 1):  # each rank is in the sum or not, with equal chance
        chances[rank:] += chances[:-rank].copy()
        chances /= 2
    rejected = int(np.searchsorted(np.cumsum(chances), TAIL, side="right"))
    return max(0, rejected - 1)


def _averages(blocks: int) -> int:
    return blocks * (blocks + 1) // 2
