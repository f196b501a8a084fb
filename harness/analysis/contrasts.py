"""Contrasts: paired within the block, never from two separate times."""

from collections.abc import Iterable, Mapping

from harness.analysis.estimates import Estimate, pseudomedian
from harness.analysis.usable import by_block, usable
from harness.records import SPANS, Contrast, Experiment, Pair, Side, Span, Trial, Verdict

MINIMUM_BLOCKS = 10  # below these an interval is provisional and there is no verdict
EQUIVALENCE = 0.02  # a whole interval within ±2 % of 1 counts as no difference that matters


def contrasts(experiment: Experiment, trials: Iterable[Trial]) -> list[Contrast]:
    """Estimate every declared pair for both spans; pairs without a single common block are left out."""
    indexed = by_block(usable(experiment, trials))
    found = [contrast(experiment, pair, span, indexed) for span in SPANS for pair in experiment.pairs]
    return [each for each in found if each is not None]


def contrast(
    experiment: Experiment, pair: Pair, span: Span, indexed: Mapping[Side, Mapping[int, Trial]]
) -> Contrast | None:
    """Estimate time(baseline) / time(subject) from the blocks in which both sides are there."""
    subject, baseline = indexed.get(pair.subject, {}), indexed.get(pair.baseline, {})
    common = sorted(subject.keys() & baseline.keys())
    if not common:
        return None
    ratios = [baseline[block].mean_seconds(span) / subject[block].mean_seconds(span) for block in common]
    estimate = pseudomedian(ratios)
    primary = pair.primary and span == "whole"  # a pair has one verdict: on what a script pays
    provisional = experiment.provisional or len(common) < MINIMUM_BLOCKS
    return Contrast(
        subject=pair.subject,
        baseline=pair.baseline,
        span=span,
        ratio=estimate.point,
        low=estimate.low,
        high=estimate.high,
        blocks=len(common),
        primary=primary,
        provisional=provisional,
        target_reached=len(common) >= MINIMUM_BLOCKS and estimate.within(experiment.settings.target),
        verdict=verdict(estimate) if primary and not provisional else None,
    )


def verdict(estimate: Estimate) -> Verdict:
    """Say what an interval allows one to say of the subject."""
    low, high = estimate.low, estimate.high
    if low is None or high is None:
        return "undecided"
    if low >= 1 - EQUIVALENCE and high <= 1 + EQUIVALENCE:
        return "equivalent"
    if low > 1:
        return "faster"
    return "slower" if high < 1 else "undecided"
