"""What a run makes of no difference at all: how often it calls one, and how big it looks."""

import numpy as np
from scipy import special

from harness.analysis.results.contrasts import noise_floor, shadow_contrasts
from harness.analysis.samples.readings import Readings
from harness.analysis.statistics.signed_rank import CONFIDENCE
from harness.records import Experiment, Noise


def noise(experiment: Experiment, found: Readings) -> Noise | None:
    """Judge the shadow's contrasts as all others are judged; None without a shadow, or before it has enough blocks."""
    shadows = [each for each in shadow_contrasts(experiment, found) if not each.provisional]
    if not shadows:
        return None
    return Noise(
        contrasts=len(shadows),
        wrong=sum(contrast.estimate.excludes_one for contrast in shadows),
        allowed=allowed(len(shadows)),
        floor=noise_floor(shadows),
    )


def allowed(contrasts: int, of_runs: float = 0.95) -> int:
    """Return how many of so many intervals exclude the truth at most, in that share of runs, if they are honest."""
    chances = special.bdtr(np.arange(contrasts + 1), contrasts, 1 - CONFIDENCE)  # of that many at most
    return int(np.argmax(chances >= of_runs))
