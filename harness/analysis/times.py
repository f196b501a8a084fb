"""Absolute times: seconds per loop of each side, with an interval over blocks, the machine's drift included."""

from collections.abc import Mapping, Sequence

from harness.analysis.estimates import Estimate
from harness.analysis.readings import Readings
from harness.analysis.resampling import two_level_bootstrap
from harness.records import SPANS, Experiment, Side, Span, Time, Value


def times(experiment: Experiment, found: Readings) -> list[Time]:
    """Estimate the time of every side that has a usable trial, for both spans; the shadow's are nobody's.

    As in contrasts, disturbed blocks do not count, unless they are more than half.
    """
    labels = {arm.label for arm in experiment.arms}
    return [
        _time(side, span, len(blocks), _estimate(list(blocks.values()), span))
        for span in SPANS
        for side in found.rows
        if side.arm in labels
        for blocks in [_chosen(found, side)]
    ]


def _chosen(found: Readings, side: Side) -> Mapping[int, Sequence[Value]]:
    """Return the values of the blocks that count."""
    blocks = found.values[side]
    marks = found.undisturbed[found.rows[side]]
    undisturbed = {block: values for block, values in blocks.items() if marks[found.columns[block]]}
    return undisturbed if 2 * len(undisturbed) >= len(blocks) else blocks


def _estimate(blocks: Sequence[Sequence[Value]], span: Span) -> Estimate:
    return two_level_bootstrap([[value.span_seconds(span) for value in values] for values in blocks])


def _time(side: Side, span: Span, blocks: int, estimate: Estimate) -> Time:
    return Time(side=side, span=span, seconds=estimate.point, low=estimate.low, high=estimate.high, blocks=blocks)
