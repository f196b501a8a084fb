"""What measurements allow one to say: intervals and error rates.

The harness's own estimator is imported here and nowhere else in this room.
"""

from collections.abc import Sequence

from scipy import stats

from harness.analysis.statistics.signed_rank import CONFIDENCE
from harness.analysis.statistics.signed_rank import pseudomedian as estimate
from harness.records import Estimate

__all__ = ["CONFIDENCE", "Estimate", "estimate"]

TARGET = 0.02


def different(ratios: Sequence[float]) -> bool:
    """Whether the interval of a contrast's ratios leaves 1 out."""
    return estimate(ratios).excludes_one


def share_interval(hits: int, tries: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (Clopper & Pearson 1934, exact)."""
    interval = stats.binomtest(hits, tries).proportion_ci(CONFIDENCE, method="exact")
    return float(interval.low), float(interval.high)
