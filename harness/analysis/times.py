"""Absolute times: seconds per loop of each side, with an interval over blocks, the machine's drift included."""

import numpy as np

from harness.analysis.estimates import pseudomedian
from harness.analysis.readings import Readings
from harness.records import SPANS, Experiment, Time


def times(experiment: Experiment, found: Readings) -> list[Time]:
    """Estimate the time of every side that has a usable trial, for both spans; the shadow's are nobody's.

    As in contrasts, disturbed blocks do not count, unless they are more than half.
    """
    labels = {arm.label for arm in experiment.arms}
    made = []
    for span in SPANS:
        for side, row in found.rows.items():
            if side.arm not in labels:
                continue
            logs = found.log_seconds[span][row]
            there, undisturbed = ~np.isnan(logs), found.undisturbed[row]
            chosen = undisturbed if 2 * undisturbed.sum() >= there.sum() else there
            estimate = pseudomedian(np.exp(logs[chosen]))
            made.append(
                Time(
                    side=side,
                    span=span,
                    seconds=estimate.point,
                    low=estimate.low,
                    high=estimate.high,
                    blocks=int(chosen.sum()),
                )
            )
    return made
