"""Contrasts: paired within the block, never from two separate times."""

import math
from collections.abc import Iterator, Sequence
from itertools import compress

import numpy as np

from harness.analysis.results.build_mismatches import differing_arms
from harness.analysis.results.verdicts import judged
from harness.analysis.samples.readings import Readings, paired
from harness.analysis.statistics.rank_sums import p_values
from harness.analysis.statistics.signed_rank import estimates_of
from harness.records import SPANS, Contrast, Experiment, Pair, Primary, Span

MINIMUM_BLOCKS = 10  # below these an interval is provisional and there is no verdict


def contrasts(experiment: Experiment, readings: Readings) -> list[Contrast]:
    """Estimate every declared pair for both spans; pairs without a single common block are left out."""
    estimates = [contrast for span in SPANS for contrast in estimated(experiment, readings, experiment.pairs, span)]
    return list(judged(experiment, estimates))


def primaries(experiment: Experiment, readings: Readings) -> list[Contrast]:
    """Estimate the declared primaries alone, whole span, without verdicts: what a run stops by, before every block."""
    pairs = [pair for pair in experiment.pairs if pair.primary]
    return list(estimated(experiment, readings, pairs, "whole"))


def control_contrasts(experiment: Experiment, readings: Readings) -> list[Contrast]:
    """Estimate what the run makes of no difference at all: its control against the arm that it is, whole span."""
    if experiment.control is None:
        return []
    return list(estimated(experiment, readings, experiment.control.pairs, "whole"))


def estimated(experiment: Experiment, readings: Readings, pairs: Sequence[Pair], span: Span) -> Iterator[Contrast]:
    """Estimate time(baseline) / time(subject) of pairs from blocks that have both sides; primaries get p-values."""
    measured_pairs = [pair for pair in pairs if pair.subject in readings.rows and pair.baseline in readings.rows]
    log_ratios = paired(readings, measured_pairs, span)
    some = ~np.isnan(log_ratios).all(axis=1)
    estimates = estimates_of(log_ratios[some])
    differing = differing_arms(experiment, ((pair.subject.arm, pair.baseline.arm) for pair in measured_pairs))
    primary = np.array([pair.primary and span == "whole" for pair in measured_pairs], dtype=bool)[some]
    judgements: list[Primary | None] = [None] * len(estimates)
    for row, p_value in zip(np.flatnonzero(primary), p_values(log_ratios[some][primary]), strict=True):
        judgements[row] = Primary(verdict=None, p_value=None if math.isnan(p_value) else float(p_value))
    for pair, estimate, judgement in zip(compress(measured_pairs, some), estimates, judgements, strict=True):
        enough = estimate.blocks >= MINIMUM_BLOCKS
        provisional = experiment.provisional or not enough
        yield Contrast(
            subject=pair.subject,
            baseline=pair.baseline,
            span=span,
            estimate=estimate,
            provisional=provisional,
            target_reached=enough and estimate.within(experiment.settings.target),
            primary=judgement,  # a pair has one verdict: on what a script takes
            builds_differ=(pair.subject.arm, pair.baseline.arm) in differing,
        )
