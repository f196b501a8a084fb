"""Pearson's chi-squared test of independence, without scipy.stats: its import takes half a second of every report."""

from collections.abc import Sequence

import numpy as np
from scipy import special

YATES = 0.5  # the continuity correction, for a table of two by two


def independence(counts: Sequence[Sequence[int]]) -> float:
    """Return the chance of counts at least this unequal if their rows do not differ; no row or column may be all 0.

    Source: Pearson, Philosophical Magazine 50 (1900) 157–175; with Yates's correction, as scipy.stats.chi2_contingency.
    """
    observed = np.array(counts, dtype=float)
    expected = np.outer(observed.sum(axis=1), observed.sum(axis=0)) / observed.sum()
    freedom = (observed.shape[0] - 1) * (observed.shape[1] - 1)
    distance = np.abs(observed - expected)
    if freedom == 1:
        distance -= np.minimum(YATES, distance)
    return float(special.chdtrc(freedom, (distance**2 / expected).sum()))
