"""Absolute times: seconds per loop of each side, with an interval over blocks, the machine's drift included."""

import numpy as np

from harness.analysis.samples.readings import Readings
from harness.analysis.statistics.bootstrap import two_level_bootstrap
from harness.records import SPANS, Experiment, Time


def times(experiment: Experiment, readings: Readings) -> list[Time]:
    """Estimate the time of every side that has a usable trial, for both spans, but of none of the control's.

    Seconds are as measured: unlike contrasts they are not adjusted by the canaries, because they contain the machine.
    """
    labels = {arm.label for arm in experiment.arms}
    counted = readings.counts > 0
    rows = [(side, np.flatnonzero(counted[row]), row) for side, row in readings.rows.items() if side.arm in labels]
    ends, blocks = np.cumsum(readings.counts)[:-1], len(readings.columns)
    return [
        Time(
            side=side,
            span=span,
            estimate=two_level_bootstrap([cells[row * blocks + column] for column in columns]),
        )
        for span in SPANS
        for cells in [np.split(readings.values[span], ends)]
        for side, columns, row in rows
    ]
