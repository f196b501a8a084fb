"""Which mode took the shortest time: under each arm the shortest case of every mode, and the first two of them."""

from collections.abc import Sequence

import numpy as np

from harness.analysis.results.contrasts import estimated
from harness.analysis.samples.readings import Readings
from harness.records import Choice, Experiment, Pair, Side


def choices(experiment: Experiment, readings: Readings) -> list[Choice]:
    """Pick the shortest for every workload and arm that has usable trials; ratios are paired within blocks, whole span.

    The cases are picked by the same trials that then compare them, so where many worker counts take about as long the
    ratio of the best one is flattered a little.
    """
    if experiment.settings.scaling == "weak":
        return []  # more workers have more work, so the shortest time is no choice
    chosen = []
    for workload in experiment.workloads:
        for arm in experiment.arms:
            sides = [side for side in readings.rows if (side.workload, side.arm) == (workload.name, arm.label)]
            sides = [side for side in sides if side.mode != "serial-after-thread"]  # a state, not a mode to choose
            if sides:
                chosen.append(_choose(experiment, readings, sides))
    return chosen


def _choose(experiment: Experiment, readings: Readings, sides: Sequence[Side]) -> Choice:
    log_seconds = {side: float(np.nanmean(readings.log_seconds["whole"][readings.rows[side]])) for side in sides}
    shortest: dict[str, Side] = {}
    for side in sorted(sides, key=log_seconds.__getitem__):
        shortest.setdefault(side.mode, side)
    best, *others = shortest.values()
    if not others:
        return Choice(workload=best.workload, arm=best.arm, best=best.case)
    pair = Pair(subject=best, baseline=others[0], primary=False)
    contrast = next(estimated(experiment, readings, [pair], "whole"), None)
    return Choice(
        workload=best.workload,
        arm=best.arm,
        best=best.case,
        next_best=others[0].case,
        estimate=contrast.estimate if contrast else None,
        provisional=contrast is None or contrast.provisional,
    )
