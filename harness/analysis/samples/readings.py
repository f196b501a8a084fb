"""Every side in every block as one number: the logarithm of its seconds, less what the canaries explain of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from harness.analysis.samples.columns import Columns, Marks, Numbers, Places
from harness.analysis.samples.filter import usable
from harness.analysis.statistics.covariate import adjust
from harness.records import SPANS, Case, Experiment, Pair, Side, Span, Trial


@dataclass(frozen=True)
class Readings:
    """`log_seconds[span]` is (sides × blocks), NaN without a usable trial.

    `rows` has the row of each side, `columns` which column a block. `counts`, of the same shape, says how many values
    each number is made from, and `values[span]` has their seconds, row by row and block by block, as measured.
    `coefficients` has for each case by how much its seconds followed the canaries, whole span: 0 where they are as
    measured.
    """

    rows: Mapping[Side, int]
    columns: Mapping[int, int]
    log_seconds: Mapping[Span, Numbers]
    counts: Places
    values: Mapping[Span, Numbers]
    coefficients: Mapping[Case, float]


def readings(experiment: Experiment, trials: Iterable[Trial]) -> Readings:
    """Reduce the usable ones of the trials to one number for each side and block."""
    return reduced(usable(experiment, trials))


def reduced(trials: Iterable[Trial], *, adjusted: bool = True) -> Readings:
    """Reduce usable trials to one number for each side and block, as measured unless it is to be `adjusted`."""
    samples = Columns(trials)
    return of_columns(samples, np.ones(len(samples), dtype=bool), adjusted=adjusted)


def of_columns(samples: Columns, some: Marks, *, adjusted: bool = True) -> Readings:
    """Reduce some of the trials to one number for each side and block: the mean of all values of one trial.

    Of several attempts at the same place the first counts, so that no value is chosen by what it turned out to be.
    """
    owner, counts = samples.owner, samples.counts
    rows, columns, chosen = _chosen(samples, some)
    present = chosen >= 0
    log_seconds: dict[Span, Numbers] = {}
    for span in SPANS:
        sums = np.bincount(owner, samples.seconds(span), len(samples))
        log_seconds[span] = np.where(present, np.log(sums / counts)[chosen], np.nan)
    coefficients = {}
    if adjusted:
        canaries = np.where(present, samples.log_canaries(some)[chosen], np.nan)
        coefficients = {span: _adjust(log_seconds[span], canaries, rows) for span in SPANS}
    place = np.full(len(samples), -1)
    place[chosen[present]] = np.arange(present.sum())
    which = np.flatnonzero(place[owner] >= 0)
    which = which[np.argsort(place[owner][which], kind="stable")]
    return Readings(
        rows=rows,
        columns=columns,
        log_seconds=log_seconds,
        counts=np.where(present, counts[chosen], 0),
        values={span: samples.seconds(span)[which] for span in SPANS},
        coefficients=coefficients.get("whole", {}),
    )


def _chosen(samples: Columns, some: Marks) -> tuple[dict[Side, int], dict[int, int], Places]:
    """Return the rows, the columns, and which trial is taken for each side and block, −1 where there is none."""
    side, block = samples.side[some], samples.block[some]
    names = list(samples.sides)
    rows = {name: row for row, name in enumerate(sorted(names[number] for number in np.unique(side)))}
    columns = {number: column for column, number in enumerate(np.unique(block).tolist())}
    row = np.array([rows.get(name, -1) for name in names], dtype=int)[side]
    cell = row * len(columns) + np.searchsorted(list(columns), block)
    chosen = np.full((len(rows), len(columns)), -1)
    cells, first = np.unique(cell, return_index=True)
    chosen.flat[cells] = np.flatnonzero(some)[first]
    return rows, columns, chosen


def _adjust(log_seconds: Numbers, canaries: Numbers, rows: Mapping[Side, int]) -> dict[Case, float]:
    """Take off in place what the canaries explain, case by case; return the coefficients.

    The arms of a case do the same work beside the same kind of canary, and share a coefficient.
    """
    rows_by_case: dict[Case, list[int]] = {}
    for side, row in rows.items():
        rows_by_case.setdefault(side.case, []).append(row)
    coefficients = {}
    for case, of_case in rows_by_case.items():
        log_seconds[of_case], coefficients[case] = adjust(log_seconds[of_case], canaries[of_case])
    return coefficients


def paired(readings: Readings, pairs: Sequence[Pair], span: Span) -> Numbers:
    """Return log(time(baseline) / time(subject)) of k pairs in n blocks, shape (k, n), NaN without both sides.

    Every side of `pairs` has to have a row.
    """
    subjects = np.array([readings.rows[pair.subject] for pair in pairs], dtype=int)
    baselines = np.array([readings.rows[pair.baseline] for pair in pairs], dtype=int)
    seconds = readings.log_seconds[span]
    return np.asarray(seconds[baselines] - seconds[subjects])
