"""Absolute times: seconds per loop of each side, with an interval over blocks, the machine's drift included."""

from collections.abc import Iterable

import numpy as np

from harness.analysis.estimates import geometric_mean
from harness.analysis.readings import readings
from harness.records import SPANS, Experiment, Time, Trial


def times(experiment: Experiment, trials: Iterable[Trial]) -> list[Time]:
    """Estimate the time of every side that has a usable trial, for both spans; the shadow's are nobody's.

    As in contrasts, disturbed blocks do not count, unless they are more than half.
    """
    found = readings(experiment, trials)
    labels = {arm.label for arm in experiment.arms}
    made = []
    for span in SPANS:
        for side, row in found.rows.items():
            if side.arm not in labels:
                continue
            logs = found.log_seconds[span][row]
            there, undisturbed = ~np.isnan(logs), found.undisturbed[row]
            chosen = undisturbed if 2 * undisturbed.sum() >= there.sum() else there
            estimate = geometric_mean(np.exp(logs[chosen]))
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
