"""What removing the GIL is made of: the free-threaded build's tax, times the gain of running without the GIL.

Three estimates of the usual block, each on its own, do not multiply exactly: the median of sums is not the sum of
medians. So all three are taken from the blocks that have all three arms, and then adjusted as Lehmann does for blocks
with one observation per cell ("Asymptotically Nonparametric Inference in Some Linear Models with One Observation per
Cell", Annals of Mathematical Statistics 35, 1964, 726–734): the sums of logarithms that are nearest to the three
estimates in least squares. For three arms that gives each of them a third of what is missing. The intervals are those
of every contrast, moved by as much; `docs/statistics.md` has how little that is, and what they cover.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from msgspec import Struct

from harness.analysis.arm_roles import free_threaded_arms, rivals
from harness.analysis.results.build_mismatches import differing_arms
from harness.analysis.results.contrasts import MINIMUM_BLOCKS
from harness.analysis.samples.columns import Numbers
from harness.analysis.samples.readings import Readings
from harness.analysis.statistics.signed_rank import Estimates, estimate, estimates_of, pseudomedians
from harness.records import Case, Contrast, Estimate, Experiment, Side

FACTORS = ((1, 0), (2, 1), (2, 0))  # tax, gain and net: subject and baseline among (sibling, with GIL, without)
SHARES = np.array([1, 1, -1]) / 3  # of what net has more than tax and gain together


class Decomposition(Struct, frozen=True, kw_only=True):
    """One case, whole span, from blocks that have all three arms: tax × gain = net.

    `tax` is the free-threaded build with its GIL on against its sibling, `gain` the same build without against with
    the GIL, `net` the free-threaded arm against the sibling. None of them has a verdict. In the serial case `tax` is
    the cost of the build; any other case has an `interaction` besides: its `tax` over that of serial, None where no
    block has both. It is what the build's GIL and locks do to several threads or processes.
    """

    case: Case
    tax: Contrast
    gain: Contrast
    net: Contrast
    interaction: Estimate | None = None


def decompositions(experiment: Experiment, readings: Readings) -> list[Decomposition]:
    """Decompose every planned case of each free-threaded arm that has both rivals, where a block has all three."""
    results: list[Decomposition] = []
    for arm in free_threaded_arms(experiment):
        with_gil, sibling = rivals(experiment, arm)
        if with_gil is None or sibling is None:
            continue
        labels = (sibling.label, with_gil.label, arm.label)
        for planned in experiment.cases:
            sides = [planned.case.under(label) for label in labels]
            if all(side in readings.rows for side in sides):
                results += _decomposed(experiment, readings, planned.case, sides)
    return results


def _interaction(readings: Readings, sibling: Side, with_gil: Side) -> Estimate | None:
    """Estimate a case's ratio of the build with its GIL on, over serial's, from the blocks that have all four sides."""
    serial = [Side(workload=side.workload, mode="serial", workers=1, arm=side.arm) for side in (sibling, with_gil)]
    if sibling.mode == "serial" or not all(side in readings.rows for side in serial):
        return None
    rows = [readings.rows[side] for side in (sibling, with_gil, *serial)]
    of_sibling, of_twin, serial_sibling, serial_twin = readings.log_seconds["whole"][rows]
    (estimated,) = estimates_of((of_sibling - of_twin - serial_sibling + serial_twin)[np.newaxis])
    return estimated if estimated.blocks else None


def _decomposed(
    experiment: Experiment, readings: Readings, case: Case, sides: Sequence[Side]
) -> Iterator[Decomposition]:
    rows = [readings.rows[side] for side in sides]
    seconds = readings.log_seconds["whole"][rows]
    present = ~np.isnan(seconds).any(axis=0)
    blocks = int(present.sum())
    if not blocks:
        return
    sibling, with_gil, free = seconds[:, present]
    points, lows, highs = (np.exp(numbers).tolist() for numbers in adjusted(sibling - with_gil, with_gil - free))
    provisional = experiment.provisional or blocks < MINIMUM_BLOCKS
    arms = [side.arm for side in sides]
    differing = differing_arms(experiment, [(arms[subject], arms[baseline]) for subject, baseline in FACTORS])
    tax, gain, net = (
        Contrast(
            subject=sides[subject],
            baseline=sides[baseline],
            span="whole",
            estimate=estimate(points[number], lows[number], highs[number], blocks),
            provisional=provisional,
            builds_differ=(arms[subject], arms[baseline]) in differing,
        )
        for number, (subject, baseline) in enumerate(FACTORS)
    )
    interaction = _interaction(readings, sides[0], sides[1])
    yield Decomposition(case=case, tax=tax, gain=gain, net=net, interaction=interaction)


def adjusted(tax: Numbers, gain: Numbers) -> Estimates:
    """Estimate tax, gain and their sum from the logarithms of n blocks, shape (n,) or (k, n).

    Points add up; the answers have shape (3,) or (3, k).
    """
    every = np.stack([tax, gain, tax + gain])
    estimates = pseudomedians(every.reshape(-1, every.shape[-1]))
    point, low, high = (numbers.reshape(every.shape[:-1]) for numbers in estimates)
    missing = point[2] - point[0] - point[1]
    shares = SHARES.reshape(3, *[1] * (point.ndim - 1))
    return Estimates(*(numbers + shares * missing for numbers in (point, low, high)))
