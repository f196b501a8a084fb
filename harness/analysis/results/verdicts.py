"""Verdicts: what the primaries of a run allow one to say, with one family-wise error for each group of workloads."""

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from harness.analysis.statistics.holm import holm
from harness.records import Contrast, Estimate, Experiment, Primary, PrimaryGroup, Side, Verdict

FAMILY_WISE_ERROR = 0.05  # the chance of even one false difference among the primaries of a group
EQUIVALENCE = 0.02  # a whole interval within ±2 % of 1 counts as no difference that matters
SMALLEST_EFFECT = 0.01  # of interest, declared beforehand: no smaller effect is called a difference

Sides = tuple[Side, Side]


def families(experiment: Experiment) -> dict[PrimaryGroup, list[Sides]]:
    """Return the declared primaries of each group of workloads: the families of Holm's correction."""
    group = {workload.name: workload.primary_group for workload in experiment.workloads}
    declared: dict[PrimaryGroup, list[Sides]] = {}
    for pair in experiment.pairs:
        if pair.primary and pair.subject.workload in group:
            declared.setdefault(group[pair.subject.workload], []).append((pair.subject, pair.baseline))
    return declared


def judged(experiment: Experiment, contrasts: Sequence[Contrast]) -> Iterator[Contrast]:
    """Yield the contrasts in their order, each primary with its adjusted p-value and its verdict.

    A primary that could not be estimated or is provisional stays in its family with a p-value of 1, so that no verdict
    becomes easier because another contrast failed.
    """
    p_values = {
        (contrast.subject, contrast.baseline): contrast.primary.p_value
        for contrast in contrasts
        if contrast.primary and not contrast.provisional
    }
    adjusted: dict[Sides, float] = {}
    for family in families(experiment).values():
        of_family = [p_values.get(sides) for sides in family]
        adjusted |= zip(family, holm([1.0 if p_value is None else p_value for p_value in of_family]), strict=True)
    for contrast in contrasts:
        if contrast.primary is None:
            yield contrast
        else:
            adjusted_p_value = adjusted.get((contrast.subject, contrast.baseline), 1.0)
            judgement = Primary(
                verdict=_verdict(contrast, adjusted_p_value),
                p_value=contrast.primary.p_value,
                adjusted_p_value=adjusted_p_value,
            )
            yield replace(contrast, primary=judgement)


def _verdict(contrast: Contrast, adjusted_p_value: float) -> Verdict | None:
    return None if contrast.provisional else verdict(contrast.estimate, adjusted_p_value)


def verdict(estimate: Estimate, adjusted_p_value: float, least: float = SMALLEST_EFFECT) -> Verdict:
    """Say what an interval and an adjusted p-value allow one to say; an effect up to `least`, a fraction, is none.

    Equivalence is not adjusted: it bounds an effect and discovers none; each one is wrong in at most 2.5 % of cases.
    """
    if estimate.interval is None:
        return "undecided"
    low, high = estimate.interval
    if low >= 1 - EQUIVALENCE and high <= 1 + EQUIVALENCE:
        return "equivalent"
    if adjusted_p_value > FAMILY_WISE_ERROR:
        return "undecided"
    if low > 1 and estimate.point > 1 + least:
        return "faster"
    return "slower" if high < 1 and estimate.point < 1 / (1 + least) else "undecided"
