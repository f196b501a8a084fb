"""Timed trials as columns of numbers: what estimates are made from, in a tenth of the memory that the records take."""

from array import array
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from harness.records import SPANS, Side, Span, Trial

Numbers = NDArray[np.float64]
Places = NDArray[np.int_]
Marks = NDArray[np.bool_]


class Columns:
    """One entry for each trial, in the order of the journal, and one for each of its values, in theirs.

    It grows by `add`; each column is returned as a copy. Every trial has at least one value.
    """

    def __init__(self, trials: Iterable[Trial] = ()) -> None:
        self.sides: dict[Side, int] = {}
        self._kinds: dict[str | None, int] = {None: 0}
        self._side, self._kind, self._count, self._block = array("i"), array("i"), array("i"), array("q")
        self._seconds: dict[Span, array[float]] = {span: array("d") for span in SPANS}
        self._canary_seconds = array("d")  # the mean of a trial's canaries; NaN where there was none
        for trial in trials:
            self.add(trial)

    def __len__(self) -> int:
        return len(self._side)

    def add(self, trial: Trial) -> None:
        """Append a trial."""
        self._side.append(self.sides.setdefault(trial.side, len(self.sides)))
        self._block.append(trial.block)
        self._kind.append(self._kinds.setdefault(trial.canary, len(self._kinds)))
        self._count.append(len(trial.values))
        self._canary_seconds.append(_canary_seconds(trial))
        for value in trial.values:
            for span, column in self._seconds.items():
                column.append(value.span_seconds(span))

    @property
    def side(self) -> Places:
        """The number of each trial's side in `sides`."""
        return np.array(self._side, dtype=int)

    @property
    def block(self) -> Places:
        """The block of each trial."""
        return np.array(self._block, dtype=int)

    @property
    def owner(self) -> Places:
        """The number of each value's trial."""
        return np.repeat(np.arange(len(self)), self.counts)

    def seconds(self, span: Span) -> Numbers:
        """Return the seconds per loop of each value."""
        return np.array(self._seconds[span])

    @property
    def counts(self) -> Places:
        """How many values each trial has."""
        return np.array(self._count, dtype=int)

    def log_canaries(self, some: Marks) -> Numbers:
        """Return the logarithm of each trial's canaries over the median of their kind among some of the trials.

        NaN for a trial without canaries, and for all that are not among `some`.
        """
        with np.errstate(divide="ignore"):  # a clock that did not move says nothing
            logs = np.where(some, np.log(np.array(self._canary_seconds)), np.nan)
        logs[np.isinf(logs)] = np.nan
        kinds = np.array(self._kind, dtype=int)
        for kind in np.unique(kinds[~np.isnan(logs)]):
            logs[kinds == kind] -= np.nanmedian(logs[kinds == kind])
        return logs


def _canary_seconds(trial: Trial) -> float:
    """Return the mean of a trial's canaries: the share of time that the machine was slow is linear in seconds."""
    seconds = [second for value in trial.values for second in value.canary_seconds or ()]
    return sum(seconds) / len(seconds) if seconds else float("nan")
