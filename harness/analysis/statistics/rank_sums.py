"""Wilcoxon's signed-rank test: the exact p-value that belongs to the interval of `signed_rank.py`.

That interval ends where the test no longer rejects at 5 %, so it excludes 1 exactly where the p-value is at most 5 %;
Holm's correction needs the p-value itself.
"""

import math
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy import special

from harness.analysis.statistics.signed_rank import EXACT_BLOCKS, FEWEST_BLOCKS

Floats = NDArray[np.float64]


def p_values(logs: Floats) -> Floats:
    """Return the two-sided p-value of "no difference" for each row of (k, n) log ratios, NaN for a missing block.

    The answer has shape (k,). It is NaN below six blocks, whose interval is not the signed-rank one. Source: Hollander,
    Wolfe and Chicken, Nonparametric Statistical Methods, 3rd edition (2014), section 3.1.
    """
    return np.array([_p_value(row[~np.isnan(row)]) for row in np.asarray(logs, dtype=float)], dtype=float)


def _p_value(logs: Floats) -> float:
    """Count the pairwise averages on either side of 0; one that is 0 counts for both, which is never too sure."""
    blocks = len(logs)
    if blocks < FEWEST_BLOCKS:
        return math.nan
    fewer = min(_averages_below(logs), _averages_below(-logs))
    return min(1.0, 2 * _chance_of_at_most(fewer, blocks))


def _averages_below(logs: Floats) -> int:
    """Return how many of the n(n + 1)/2 pairwise averages of n numbers, each with itself included, are 0 or below."""
    ordered = np.sort(logs)
    both_orders = int(np.searchsorted(ordered, -ordered, side="right").sum())
    itself = int((ordered <= 0).sum())
    return (both_orders + itself) // 2


def _chance_of_at_most(averages: int, blocks: int) -> float:
    """Return how probable so few averages on one side are without a difference; beyond 100 blocks, nearly."""
    if blocks > EXACT_BLOCKS:
        mean = blocks * (blocks + 1) / 4
        deviation = math.sqrt(blocks * (blocks + 1) * (2 * blocks + 1) / 24)
        return float(special.ndtr((averages + 0.5 - mean) / deviation))
    return float(_cumulative(blocks)[averages])


@cache
def _cumulative(blocks: int) -> Floats:
    """The chances that a rank sum is at most 0, 1, 2, …: each rank is in the sum or not, with equal chance."""
    chances = np.zeros(blocks * (blocks + 1) // 2 + 1)
    chances[0] = 1
    for rank in range(1, blocks + 1):
        chances[rank:] += chances[:-rank].copy()
        chances /= 2
    return np.cumsum(chances)
