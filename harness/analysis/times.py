"""Absolute times: seconds per loop of each side, with an interval over blocks, the machine's drift included."""

from collections.abc import Iterable

from harness.analysis.estimates import pseudomedian
from harness.analysis.usable import by_block, usable
from harness.records import SPANS, Experiment, Time, Trial


def times(experiment: Experiment, trials: Iterable[Trial]) -> list[Time]:
    """Estimate the time of every side that has a usable trial, for both spans."""
    indexed = by_block(usable(experiment, trials))
    found = []
    for span in SPANS:
        for side, blocks in sorted(indexed.items(), key=lambda item: item[0]):
            estimate = pseudomedian([trial.mean_seconds(span) for trial in blocks.values()])
            found.append(
                Time(
                    side=side,
                    span=span,
                    seconds=estimate.point,
                    low=estimate.low,
                    high=estimate.high,
                    blocks=len(blocks),
                )
            )
    return found
