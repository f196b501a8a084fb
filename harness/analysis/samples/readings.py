"""Every side in every block as one number: the logarithm of its seconds, and whether the machine left it alone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from harness.analysis.samples.canaries import FastSeconds, clean
from harness.analysis.samples.columns import Columns, Marks, Numbers, Places
from harness.analysis.samples.filter import usable
from harness.records import QUANTILES, SPANS, Experiment, Pair, Quantity, Side, Span, Trial, Value


@dataclass(frozen=True)
class Readings:
    """`log_seconds[span]` and `undisturbed` are (sides × blocks); NaN and False without a usable trial.

    `rows` has the row of each side, `columns` which column a block. `counts`, of the same shape, says how many values
    each number is made from, and `values[span]` has their seconds, row by row and block by block. Where a service was
    measured, `log_seconds` has the quantiles of its latencies as well as the spans.
    """

    rows: Mapping[Side, int]
    columns: Mapping[int, int]
    log_seconds: Mapping[Quantity, Numbers]
    undisturbed: Marks
    counts: Places
    values: Mapping[Span, Numbers]


@dataclass(frozen=True)
class Paired:
    """Log ratios log(time(baseline) / time(subject)) of k pairs in n blocks, NaN where a block does not count.

    `blocks` count; `marked` more have both sides too, but the machine disturbed one of them. Where these would be more
    than half, all of them count, and the pair is `disturbed`. Each of the three has k entries.
    """

    log_ratios: Numbers
    blocks: Places
    marked: Places
    disturbed: Marks


def readings(experiment: Experiment, trials: Iterable[Trial]) -> Readings:
    """Reduce the usable ones of the trials to one number for each side and block."""
    return reduced(usable(experiment, trials))


def reduced(trials: Iterable[Trial], fast: FastSeconds | None = None) -> Readings:
    """Reduce usable trials to one number for each side and block; without `fast`, their own canaries define it."""
    samples = Columns(trials)
    return of_columns(samples, np.ones(len(samples), dtype=bool), fast)


def of_columns(samples: Columns, some: Marks, fast: FastSeconds | None = None) -> Readings:
    """Reduce some of the trials to one number for each side and block: the mean over undisturbed values, if any are.

    Of several attempts at the same place, the first with an undisturbed value counts; without one, the first.
    """
    owner, good = samples.owner, samples.clean(samples.fast_seconds(some) if fast is None else fast)
    undisturbed = np.bincount(owner, good, len(samples)) > 0
    counted = good | ~undisturbed[owner]
    counts = np.bincount(owner, counted, len(samples)).astype(int)
    rows, columns, chosen = _chosen(samples, some, undisturbed)
    present = chosen >= 0
    log_seconds: dict[Quantity, Numbers] = {}
    for span in SPANS:
        sums = np.bincount(owner, np.where(counted, samples.seconds(span), 0.0), len(samples))
        log_seconds[span] = np.where(present, np.log(sums / counts)[chosen], np.nan)
    for quantile in QUANTILES if samples.served[some].any() else ():
        log_seconds[quantile] = np.where(present, np.log(samples.latencies(quantile))[chosen], np.nan)
    place = np.full(len(samples), -1)
    place[chosen[present]] = np.arange(present.sum())
    which = np.flatnonzero(counted & (place[owner] >= 0))
    which = which[np.argsort(place[owner][which], kind="stable")]
    values = {span: samples.seconds(span)[which] for span in SPANS}
    return Readings(
        rows=rows,
        columns=columns,
        log_seconds=log_seconds,
        undisturbed=present & undisturbed[chosen],
        counts=np.where(present, counts[chosen], 0),
        values=values,
    )


def _chosen(samples: Columns, some: Marks, undisturbed: Marks) -> tuple[dict[Side, int], dict[int, int], Places]:
    """Return the rows, the columns, and which trial is taken for each side and block, −1 where there is none."""
    side, block = samples.side[some], samples.block[some]
    names = list(samples.sides)
    rows = {name: row for row, name in enumerate(sorted(names[number] for number in np.unique(side)))}
    columns = {number: column for column, number in enumerate(np.unique(block).tolist())}
    row = np.array([rows.get(name, -1) for name in names], dtype=int)[side]
    cell = row * len(columns) + np.searchsorted(list(columns), block)
    chosen = np.full((len(rows), len(columns)), -1)
    which = np.flatnonzero(some)
    for candidates in (np.ones(len(which), dtype=bool), undisturbed[which]):
        cells, first = np.unique(cell[candidates], return_index=True)
        chosen.flat[cells] = which[candidates][first]
    return rows, columns, chosen


def undisturbed_values(trial: Trial, fast: FastSeconds) -> Sequence[Value]:
    """Return those values of a trial that are not marked."""
    marks = clean(trial, fast)
    return trial.values if all(marks) else [value for value, good in zip(trial.values, marks, strict=True) if good]


def paired(readings: Readings, pairs: Sequence[Pair], span: Quantity) -> Paired:
    """Pair sides within their blocks; every side of `pairs` has to have a row."""
    subjects = np.array([readings.rows[pair.subject] for pair in pairs], dtype=int)
    baselines = np.array([readings.rows[pair.baseline] for pair in pairs], dtype=int)
    seconds = readings.log_seconds[span]
    log_ratios = seconds[baselines] - seconds[subjects]
    present = ~np.isnan(log_ratios)
    marked, disturbed = left_out(present, readings.undisturbed[subjects] & readings.undisturbed[baselines])
    log_ratios[marked] = np.nan
    return Paired(log_ratios, (present & ~marked).sum(axis=1), marked.sum(axis=1), disturbed)


def left_out(present: Marks, undisturbed: Marks) -> tuple[Marks, Marks]:
    """Return which blocks do not count, shape (k, n), and which rows have so many of them that all count, (k,)."""
    marked = present & ~undisturbed
    disturbed = 2 * marked.sum(axis=1) > present.sum(axis=1)
    return marked & ~disturbed[:, np.newaxis], disturbed
