"""Point and interval of many contrasts at once, on the log scale: exp(mean ± t·s/√n) of each."""

import numpy as np
from numpy.typing import NDArray
from scipy import special

from harness.analysis.estimates import CONFIDENCE, Estimate

Numbers = NDArray[np.float64]


def intervals(log_ratios: Numbers) -> list[Estimate]:
    """Estimate each row of (contrasts × blocks), NaN where a block does not count; every row has a block that does."""
    there = ~np.isnan(log_ratios)
    blocks = there.sum(axis=1)
    centre = np.where(there, log_ratios, 0.0).sum(axis=1) / blocks
    squares = np.where(there, (log_ratios - centre[:, np.newaxis]) ** 2, 0.0).sum(axis=1)
    free = np.where(blocks > 1, blocks - 1, np.nan)  # one block has no spread
    reach = special.stdtrit(free, (1 + CONFIDENCE) / 2) * np.sqrt(squares / free / blocks)
    found = np.exp([centre, centre - reach, centre + reach]).T.tolist()
    return [
        Estimate(*bounds) if count > 1 else Estimate(bounds[0], None, None)
        for bounds, count in zip(found, blocks, strict=True)
    ]
