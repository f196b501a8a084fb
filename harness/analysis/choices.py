"""Which mode to choose: under each arm the fastest case of every mode, and the best of them against the next best."""

from collections.abc import Iterable, Mapping

from harness.analysis.contrasts import MINIMUM_BLOCKS
from harness.analysis.estimates import pseudomedian
from harness.analysis.usable import by_block, usable
from harness.records import Choice, Experiment, Side, Trial

Blocks = Mapping[int, Trial]


def choices(experiment: Experiment, trials: Iterable[Trial]) -> list[Choice]:
    """Choose for every workload and arm that has usable trials; ratios are paired within blocks, whole span.

    The cases are picked by the same trials that then compare them, so where many worker counts are about equally fast
    the ratio of the best one is flattered a little.
    """
    indexed = by_block(usable(experiment, trials))
    found = []
    for workload in experiment.workloads:
        for arm in experiment.arms:
            sides = {
                side: blocks
                for side, blocks in indexed.items()
                if (side.workload, side.arm) == (workload.name, arm.label)
            }
            if sides:
                found.append(_choose(experiment, sides))
    return found


def _choose(experiment: Experiment, sides: Mapping[Side, Blocks]) -> Choice:
    seconds = {side: _seconds(blocks) for side, blocks in sides.items()}
    fastest: dict[str, Side] = {}
    for side in sorted(sides, key=seconds.__getitem__):
        fastest.setdefault(side.mode, side)
    best, *others = fastest.values()
    if not others:
        return Choice(workload=best.workload, arm=best.arm, best=best.case)
    common = sorted(sides[best].keys() & sides[others[0]].keys())
    if not common:
        return Choice(workload=best.workload, arm=best.arm, best=best.case, next_best=others[0].case)
    ratios = [
        sides[others[0]][block].mean_seconds("whole") / sides[best][block].mean_seconds("whole") for block in common
    ]
    estimate = pseudomedian(ratios)
    return Choice(
        workload=best.workload,
        arm=best.arm,
        best=best.case,
        next_best=others[0].case,
        ratio=estimate.point,
        low=estimate.low,
        high=estimate.high,
        blocks=len(common),
        provisional=experiment.provisional or len(common) < MINIMUM_BLOCKS,
    )


def _seconds(blocks: Blocks) -> float:
    return pseudomedian([trial.mean_seconds("whole") for trial in blocks.values()]).point
