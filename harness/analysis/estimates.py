"""Point and interval on the log scale: exp(mean ± t·s/√n)."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy import stats

CONFIDENCE = 0.95


class Estimate(NamedTuple):
    """A positive quantity with its 95 % interval; low and high are None when there is only one observation."""

    point: float
    low: float | None
    high: float | None

    def within(self, fraction: float) -> bool:
        """Whether the whole interval lies within ±fraction of the point."""
        if self.low is None or self.high is None:
            return False
        return self.high / self.point - 1 <= fraction and 1 - self.low / self.point <= fraction


def geometric_mean(values: Sequence[float]) -> Estimate:
    """Estimate from n ≥ 1 independent positive observations: Student's t on the mean of their logarithms."""
    logs = np.log(np.asarray(values, dtype=float))
    centre = float(logs.mean())
    if len(logs) < 2:  # noqa: PLR2004 - one observation has no spread
        return Estimate(math.exp(centre), None, None)
    reach = float(stats.t.ppf((1 + CONFIDENCE) / 2, len(logs) - 1) * logs.std(ddof=1) / math.sqrt(len(logs)))
    return Estimate(math.exp(centre), math.exp(centre - reach), math.exp(centre + reach))
