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
    """`log_seconds[span]` and `undisturbed` are (sides × blocks); NaN and False where there is no usable trial.

    `rows` tells which row a side has, `columns` which column a block. `counts`, of the same shape, says how many values
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
    found = Columns(trials)
    return of_columns(found, np.ones(len(found), dtype=bool), fast)


def of_columns(found: Columns, some: Marks, fast: FastSeconds | None = None) -> Readings:
    """Reduce some of the trials to one number for each side and block: the mean over undisturbed values, if any are.

    Of several attempts at the same place, the first with an undisturbed value counts; without one, the first.
    """
    owner, good = found.owner, found.clean(found.fast_seconds(some) if fast is None else fast)
    undisturbed = np.bincount(owner, good, len(found)) > 0
    taken = good | ~undisturbed[owner]
    counts = np.bincount(owner, taken, len(found)).astype(int)
    rows, columns, chosen = _chosen(found, some, undisturbed)
    there = chosen >= 0
    log_seconds: dict[Quantity, Numbers] = {}
    for span in SPANS:
        sums = np.bincount(owner, np.where(taken, found.seconds(span), 0.0), len(found))
        log_seconds[span] = np.where(there, np.log(sums / counts)[chosen], np.nan)
    for quantile in QUANTILES if found.served[some].any() else ():
        log_seconds[quantile] = np.where(there, np.log(found.latencies(quantile))[chosen], np.nan)
    place = np.full(len(found), -1)
    place[chosen[there]] = np.arange(there.sum())
    which = np.flatnonzero(taken & (place[owner] >= 0))
    which = which[np.argsort(place[owner][which], kind="stable")]
    values = {span: found.seconds(span)[which] for span in SPANS}
    return Readings(rows, columns, log_seconds, there & undisturbed[chosen], np.where(there, counts[chosen], 0), values)


def _chosen(found: Columns, some: Marks, undisturbed: Marks) -> tuple[dict[Side, int], dict[int, int], Places]:
    """Return the rows, the columns, and which trial is taken for each side and block, −1 where there is none."""
    side, block = found.side[some], found.block[some]
    names = list(found.sides)
    rows = {name: row for row, name in enumerate(sorted(names[number] for number in np.unique(side)))}
    columns = {number: column for column, number in enumerate(np.unique(block).tolist())}
    row = np.array([rows.get(name, -1) for name in names], dtype=int)[side]
    cell = row * len(columns) + np.searchsorted(list(columns), block)
    chosen = np.full((len(rows), len(columns)), -1)
    which = np.flatnonzero(some)
    for those in (np.ones(len(which), dtype=bool), undisturbed[which]):
        cells, first = np.unique(cell[those], return_index=True)
        chosen.flat[cells] = which[those][first]
    return rows, columns, chosen


def undisturbed_values(trial: Trial, fast: FastSeconds) -> Sequence[Value]:
    """Return those values of a trial that are not marked."""
    marks = clean(trial, fast)
    return trial.values if all(marks) else [value for value, good in zip(trial.values, marks, strict=True) if good]


def paired(found: Readings, pairs: Sequence[Pair], span: Quantity) -> Paired:
    """Pair sides within their blocks; every side of `pairs` has to have a row."""
    subjects = np.array([found.rows[pair.subject] for pair in pairs], dtype=int)
    baselines = np.array([found.rows[pair.baseline] for pair in pairs], dtype=int)
    seconds = found.log_seconds[span]
    log_ratios = seconds[baselines] - seconds[subjects]
    there = ~np.isnan(log_ratios)
    marked, disturbed = left_out(there, found.undisturbed[subjects] & found.undisturbed[baselines])
    log_ratios[marked] = np.nan
    return Paired(log_ratios, (there & ~marked).sum(axis=1), marked.sum(axis=1), disturbed)


def left_out(there: Marks, undisturbed: Marks) -> tuple[Marks, Marks]:
    """Return which blocks do not count, shape (k, n), and which rows have so many of them that all count, (k,)."""
    marked = there & ~undisturbed
    disturbed = 2 * marked.sum(axis=1) > there.sum(axis=1)
    return marked & ~disturbed[:, np.newaxis], disturbed
