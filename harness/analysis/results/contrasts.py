"""Contrasts: paired within the block, never from two separate times."""

from collections.abc import Iterator, Sequence
from itertools import compress

import numpy as np

from harness.analysis.results.build_mismatches import differing_arms
from harness.analysis.samples.readings import Readings, paired
from harness.analysis.statistics.signed_rank import estimates_of
from harness.records import SPANS, Contrast, Estimate, Experiment, Pair, Primary, Span, Verdict

MINIMUM_BLOCKS = 10  # below these an interval is provisional and there is no verdict
EQUIVALENCE = 0.02  # a whole interval within ±2 % of 1 counts as no difference that matters
LEAST_FLOOR = 0.01  # no effect below 1 % is called one, however quiet the machine was


def contrasts(experiment: Experiment, readings: Readings) -> list[Contrast]:
    """Estimate every declared pair for both spans; pairs without a single common block are left out."""
    floor = noise_floor(control_contrasts(experiment, readings))
    return [contrast for span in SPANS for contrast in estimated(experiment, readings, experiment.pairs, span, floor)]


def primaries(experiment: Experiment, readings: Readings) -> list[Contrast]:
    """Estimate the declared primaries alone, whole span: what a run stops by, asked for before every block."""
    floor = noise_floor(control_contrasts(experiment, readings))
    pairs = [pair for pair in experiment.pairs if pair.primary]
    return list(estimated(experiment, readings, pairs, "whole", floor))


def control_contrasts(experiment: Experiment, readings: Readings) -> list[Contrast]:
    """Estimate what the run makes of no difference at all: its control against the arm that it is, whole span."""
    if experiment.control is None:
        return []
    return list(estimated(experiment, readings, experiment.control.pairs, "whole", 0.0))


def noise_floor(controls: Sequence[Contrast]) -> float:
    """Return the effect, as a fraction, that nothing below it is called: 95 % of the control's effects are smaller.

    Those that are still provisional say nothing yet.
    """
    effects = [
        max(contrast.estimate.point, 1 / contrast.estimate.point) - 1
        for contrast in controls
        if not contrast.provisional
    ]
    return max(LEAST_FLOOR, float(np.quantile(effects, 0.95))) if effects else LEAST_FLOOR


def estimated(
    experiment: Experiment, readings: Readings, pairs: Sequence[Pair], span: Span, floor: float
) -> Iterator[Contrast]:
    """Estimate time(baseline) / time(subject) of pairs from the blocks that have both sides."""
    measured_pairs = [pair for pair in pairs if pair.subject in readings.rows and pair.baseline in readings.rows]
    log_ratios = paired(readings, measured_pairs, span)
    some = ~np.isnan(log_ratios).all(axis=1)
    estimates = estimates_of(log_ratios[some])
    differing = differing_arms(experiment, ((pair.subject.arm, pair.baseline.arm) for pair in measured_pairs))
    for pair, estimate in zip(compress(measured_pairs, some), estimates, strict=True):
        primary = pair.primary and span == "whole"  # a pair has one verdict: on what a script pays
        enough = estimate.blocks >= MINIMUM_BLOCKS
        provisional = experiment.provisional or not enough
        yield Contrast(
            subject=pair.subject,
            baseline=pair.baseline,
            span=span,
            estimate=estimate,
            provisional=provisional,
            target_reached=enough and estimate.within(experiment.settings.target),
            primary=Primary(verdict=_verdict(estimate, floor, provisional)) if primary else None,
            builds_differ=(pair.subject.arm, pair.baseline.arm) in differing,
        )


def _verdict(estimate: Estimate, floor: float, provisional: bool) -> Verdict | None:  # noqa: FBT001
    return None if provisional else verdict(estimate, floor)


def verdict(estimate: Estimate, floor: float) -> Verdict:
    """Say what an interval allows one to say of the subject; an effect within the noise floor is none."""
    if estimate.interval is None:
        return "undecided"
    low, high = estimate.interval
    if low >= 1 - EQUIVALENCE and high <= 1 + EQUIVALENCE:
        return "equivalent"
    if low > 1 and estimate.point > 1 + floor:
        return "faster"
    return "slower" if high < 1 and estimate.point < 1 / (1 + floor) else "undecided"
