"""Absolute times: a bootstrap over both levels of a side's values, blocks and values within a block."""

import math
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain

import numpy as np
from scipy import special

from harness.analysis.statistics.signed_rank import TAIL, Floats, student
from harness.records import Estimate

RESAMPLES = 1000
# Of many blocks the mean is as good as normal, whatever the values are, and the variance between blocks has both levels
# in it: resampling would tell the same, far more slowly.
MANY_BLOCKS = 100
SEED = 20130620  # any: the same journal always gives the same interval


def two_level_bootstrap(blocks: Sequence[Sequence[float] | Floats]) -> Estimate:
    """Estimate a side's geometric mean, in the unit of its values: for each block its positive values, n ≥ 1 of them.

    Every block counts the same, however many values it has. With one block there is no interval.
    """
    sizes = tuple(map(len, blocks))
    logs = np.log(np.fromiter(chain.from_iterable(blocks), float, sum(sizes)))
    if len(sizes) > MANY_BLOCKS:
        return _estimate_of_means(np.add.reduceat(logs, np.cumsum((0, *sizes[:-1]))) / sizes)
    point = float(np.repeat(1 / (np.array(sizes) * len(sizes)), sizes) @ logs)
    if len(sizes) < 2:  # noqa: PLR2004 - one block says nothing of the next
        return Estimate(math.exp(point), None, None, len(sizes))
    low, high = np.quantile(weights(sizes) @ (logs - point), [TAIL, 1 - TAIL]) * stretch(len(sizes))
    return Estimate(math.exp(point), math.exp(point + low), math.exp(point + high), len(sizes))


def _estimate_of_means(means: Floats) -> Estimate:
    """Estimate the same from the mean logarithm of each of many blocks, by Student's t."""
    point, low, high = (math.exp(end.item()) for end in student(means[np.newaxis]))
    return Estimate(point, low, high, len(means))


def stretch(blocks: int) -> float:
    """Return by how much the percentiles of resampled means are too near: t·√(n / (n − 1)) over the normal quantile.

    A resampled mean has the variance of n, not n − 1, and no Student's t. Hesterberg, "What Teachers Should Know
    about the Bootstrap", The American Statistician 69 (2015) 371–386, takes percentiles further out by the same factor;
    of few blocks there are none so far out.
    """
    return float(special.stdtrit(blocks - 1, 1 - TAIL) / special.ndtri(1 - TAIL)) * math.sqrt(blocks / (blocks - 1))


@lru_cache(maxsize=8)  # sides of one workload have the same sizes, but for blocks that were not finished
def weights(sizes: tuple[int, ...]) -> Floats:
    """Return the share of each value in each resampled mean, shape (RESAMPLES, sum of sizes).

    Blocks are drawn first, then for each of them as many values as it has; both with replacement.
    """
    random = np.random.default_rng(SEED)
    size, start = np.array(sizes), np.cumsum((0, *sizes[:-1]))
    drawn = random.integers(len(sizes), size=(RESAMPLES, len(sizes)))[..., np.newaxis]
    within = np.arange(max(sizes)) < size[drawn]
    position = start[drawn] + (random.random(within.shape) * size[drawn]).astype(int)
    cell = position + np.arange(RESAMPLES)[:, np.newaxis, np.newaxis] * sum(sizes)
    share = np.broadcast_to(1 / (size[drawn] * len(sizes)), within.shape)
    counted = np.bincount(cell[within], share[within], RESAMPLES * sum(sizes))
    return counted.reshape(RESAMPLES, sum(sizes))
