"""What a run makes of no difference at all: how often it would call one."""

import numpy as np
from scipy import special

from harness.analysis.results.contrasts import control_contrasts
from harness.analysis.samples.readings import Readings
from harness.analysis.statistics.signed_rank import CONFIDENCE
from harness.records import Experiment, Noise


def noise(experiment: Experiment, readings: Readings) -> Noise | None:
    """Judge the control's contrasts like all others; None without a control or before it has enough blocks."""
    controls = [control for control in control_contrasts(experiment, readings) if not control.provisional]
    if not controls:
        return None
    return Noise(
        contrasts=len(controls),
        wrong=sum(contrast.estimate.excludes_one for contrast in controls),
        allowed=allowed(len(controls)),
    )


def allowed(contrasts: int, of_runs: float = 0.95) -> int:
    """Return how many of so many intervals exclude the truth at most, in that share of runs, if they are honest."""
    chances = special.bdtr(np.arange(contrasts + 1), contrasts, 1 - CONFIDENCE)  # of that many at most
    return int(np.argmax(chances >= of_runs))
