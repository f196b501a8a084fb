"""Quantiles of what several blocks observed, pooled, with intervals from a cluster bootstrap over the blocks.

Observations of one block are alike, so whole blocks are drawn, with all that they observed (Davison and Hinkley,
"Bootstrap Methods and their Application", 1997, section 3.8). A quantile is the smallest observation that at least the
rank's share of all do not exceed. Everything is on the log scale, so that a difference is a ratio.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from harness.analysis.statistics.bootstrap import RESAMPLES, SEED, stretch
from harness.analysis.statistics.signed_rank import TAIL, Floats
from harness.records import Estimate

AT_ONCE = 2_000_000  # observations times resamples that are held in memory
ROUNDING = 1e-9  # of a share of a whole number of observations


class Pooled(NamedTuple):
    """Logarithms of k quantiles: their points, shape (k,), and what they are in each resample, (k, RESAMPLES)."""

    points: Floats
    resampled: Floats
    blocks: int

    def over(self, other: "Pooled") -> "Pooled":
        """Return the logarithms of the ratios to those of another side in the same blocks."""
        return Pooled(self.points - other.points, self.resampled - other.resampled, self.blocks)

    def estimates(self) -> list[Estimate]:
        """Return each with its 95 % interval, none from a single block."""
        if self.blocks < 2:  # noqa: PLR2004 - one block says nothing of the next
            return [Estimate(point, None, None, self.blocks) for point in np.exp(self.points).tolist()]
        deviations = self.resampled - self.points[:, np.newaxis]
        low, high = np.quantile(deviations, [TAIL, 1 - TAIL], axis=1) * stretch(self.blocks)
        columns = (np.exp(self.points + end).tolist() for end in (np.zeros_like(low), low, high))
        return [Estimate(point, least, most, self.blocks) for point, least, most in zip(*columns, strict=True)]


def pooled_quantiles(blocks: Sequence[Floats], ranks: Sequence[float]) -> Pooled:
    """Estimate the quantiles of positive observations, n ≥ 1 blocks of them, all of which have some.

    Two sides that were observed in as many blocks are resampled by the same draws.
    """
    sizes = [len(block) for block in blocks]
    observed = np.concatenate(blocks)
    order = np.argsort(observed, kind="stable")
    owner, logs = np.repeat(np.arange(len(blocks)), sizes)[order], np.log(observed[order])
    points = logs[_places(np.ones((1, len(blocks)), dtype=np.int64), owner, ranks)][:, 0]
    times = drawn(len(blocks))
    step = max(1, AT_ONCE // len(logs))
    parts = [_places(times[first : first + step], owner, ranks) for first in range(0, len(times), step)]
    return Pooled(points, logs[np.concatenate(parts, axis=1)], len(blocks))


@lru_cache(maxsize=8)
def drawn(blocks: int) -> NDArray[np.int64]:
    """Return how often each block is drawn in each resample, shape (RESAMPLES, blocks)."""
    return np.random.default_rng(SEED).multinomial(blocks, np.full(blocks, 1 / blocks), RESAMPLES)


def _places(times: NDArray[np.int64], owner: NDArray[np.int_], ranks: Sequence[float]) -> NDArray[np.int_]:
    """Return where in rising order the quantiles are when each block counts so many times, shape (ranks, resamples)."""
    counts = np.cumsum(times[:, owner], axis=1)
    shares = [rank * counts[:, -1:] - ROUNDING for rank in ranks]
    return np.array([(counts < share).sum(axis=1) for share in shares])
