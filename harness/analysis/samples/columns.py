"""Timed trials as columns of numbers: what estimates are made from, in a tenth of the memory that the records take."""

from array import array
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from harness.analysis.results.latency import quantiles
from harness.analysis.samples.canaries import FastSeconds, crowded, fast_modes, limit_seconds
from harness.records import QUANTILES, SPANS, Quantile, Side, Span, Trial

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
        self._crowded, self._served = array("b"), array("i")
        self._seconds: dict[Span, array[float]] = {span: array("d") for span in SPANS}
        self._canaries = array("d"), array("d")  # directly before a value and after it; NaN where there was none
        self._latencies: dict[Quantile, array[float]] = {quantile: array("d") for quantile in QUANTILES}
        for trial in trials:
            self.add(trial)

    def __len__(self) -> int:
        return len(self._side)

    def add(self, trial: Trial) -> None:
        """Append a trial."""
        if trial.service is not None:
            self._served.append(len(self))
            seconds_by_quantile = dict(quantiles(trial.service))
            for quantile, column in self._latencies.items():
                column.append(seconds_by_quantile.get(quantile, np.nan))
        self._side.append(self.sides.setdefault(trial.side, len(self.sides)))
        self._block.append(trial.block)
        self._kind.append(self._kinds.setdefault(trial.canary, len(self._kinds)))
        self._crowded.append(crowded(trial))
        self._count.append(len(trial.values))
        for value in trial.values:
            for span, column in self._seconds.items():
                column.append(value.span_seconds(span))
            for column, seconds in zip(self._canaries, value.canary_seconds or (np.nan, np.nan), strict=True):
                column.append(seconds)

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
        return np.repeat(np.arange(len(self)), np.array(self._count, dtype=int))

    def seconds(self, span: Span) -> Numbers:
        """Return the seconds per loop of each value."""
        return np.array(self._seconds[span])

    @property
    def served(self) -> Marks:
        """Whether each trial measured a service."""
        marks = np.zeros(len(self), dtype=bool)
        marks[self._served] = True
        return marks

    def latencies(self, quantile: Quantile) -> Numbers:
        """Return the quantile of each trial's latencies, in seconds; NaN where no service was measured."""
        seconds = np.full(len(self), np.nan)
        seconds[self._served] = self._latencies[quantile]
        return seconds

    def fast_seconds(self, some: Marks) -> dict[str, float]:
        """Return what `canaries.fast_seconds` does, of some of the trials."""
        kind = np.where(some, np.array(self._kind, dtype=int), 0)[self.owner]
        together = np.array(self._canaries)[:, np.argsort(kind, kind="stable")]
        of_kinds = np.split(together, np.cumsum(np.bincount(kind, minlength=len(self._kinds)))[:-1], axis=1)
        kinds = zip(self._kinds, of_kinds, strict=True)
        return fast_modes({name: seconds[~np.isnan(seconds)] for name, seconds in kinds if name is not None})

    def clean(self, fast: FastSeconds) -> Marks:
        """Return for each value what `canaries.clean` says of it."""
        owner = self.owner
        limits = np.array([limit_seconds(fast, name) for name in self._kinds])
        slower = np.fmax(*map(np.array, self._canaries)) > limits[np.array(self._kind, dtype=int)][owner]
        return np.asarray(~slower & ~np.array(self._crowded, dtype=bool)[owner], dtype=bool)
