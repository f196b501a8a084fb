"""How many values a process should give, from a pilot: Kalibera and Jones's trade of values against processes.

Kalibera and Jones, "Rigorous Benchmarking in Reasonable Time", ISMM 2013: with one value costing c₁ and one
process c₂, the variance reached in a given time is least with √(c₂/c₁ · s₁²/s₂²) values per process, where s₁² is the
variance between values of one process and s₂² that between processes, without what the values contribute to it.
"""

import math
from typing import NamedTuple

import numpy as np

from harness.analysis.statistics.signed_rank import Floats


class Spread(NamedTuple):
    """Variances of log seconds; NaN where the pilot has too few values or processes to tell."""

    within: float
    between: float


def values_per_process(logs: Floats, value_seconds: float, process_seconds: float, most: int) -> int:
    """Return how many values each process of a case should give, from 1 to `most`.

    `logs` are a pilot's log seconds, see `spread`; `value_seconds` > 0 is what one more value costs, `process_seconds`
    what a process costs before its first value. Where the pilot cannot tell, it is 1: time for blocks is well spent.
    """
    within, between = spread(logs)
    if math.isnan(within) or math.isnan(between) or within == 0:
        return 1
    if between == 0:
        return most
    best = math.sqrt(process_seconds / value_seconds * within / between)
    return min(max(round(best), 1), most)


def spread(logs: Floats) -> Spread:
    """Estimate both variances of one case, pooled over arms; shape (arms, blocks, values), NaN for what is missing.

    Each arm's own speed and what a block's arms share are taken out: contrasts do not see them. With one arm nothing
    tells drift from processes, so it counts as theirs.
    """
    counts = (~np.isnan(logs)).sum(axis=2)
    present = counts > 0
    means = np.divide(np.nansum(logs, axis=2), counts, out=np.zeros(counts.shape), where=present)
    deviations = np.nansum((logs - means[..., np.newaxis]) ** 2)
    spare = int((counts[present] - 1).sum())
    within = float(deviations) / spare if spare else math.nan
    residual = _residual_variance(means, present)
    # A mean of r values has s₁²/r of its variance from them.
    contributed = within * float((1 / counts[present]).mean()) if present.any() else math.nan
    return Spread(
        within, residual - contributed if math.isnan(residual - contributed) else max(residual - contributed, 0.0)
    )


def _residual_variance(means: Floats, present: np.ndarray) -> float:
    """Return the variance of process means around arm + block, by least squares, because places may be empty."""
    arm, block = np.nonzero(present)
    arms = np.eye(present.shape[0])[arm]
    blocks = np.eye(present.shape[1])[block] if present.shape[0] > 1 else np.empty((len(block), 0))
    shared = np.hstack([arms, blocks])
    solution, _, rank, _ = np.linalg.lstsq(shared, means[present])
    spare = len(arm) - int(rank)
    return float(((means[present] - shared @ solution) ** 2).sum()) / spare if spare else math.nan
