"""Every side in every block as one number: the logarithm of its seconds, and whether the machine left it alone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from harness.analysis.canaries import FastSeconds, clean, fast_seconds
from harness.analysis.latency import quantiles
from harness.analysis.usable import usable
from harness.records import QUANTILES, SPANS, Experiment, Pair, Quantity, Side, Trial, Value

Numbers = NDArray[np.float64]
Marks = NDArray[np.bool_]
Chosen = Mapping[Side, Mapping[int, tuple[bool, Sequence[Value], Trial]]]  # whether undisturbed, and which values count


@dataclass(frozen=True)
class Readings:
    """`log_seconds[span]` and `undisturbed` are (sides × blocks); NaN and False where there is no usable trial.

    `rows` tells which row a side has, `columns` which column a block, `values` what each number is made from. Where a
    service was measured, `log_seconds` has the quantiles of its latencies beside the spans.
    """

    rows: Mapping[Side, int]
    columns: Mapping[int, int]
    log_seconds: Mapping[Quantity, Numbers]
    undisturbed: NDArray[np.bool_]
    values: Mapping[Side, Mapping[int, Sequence[Value]]]


@dataclass(frozen=True)
class Paired:
    """Log ratios log(time(baseline) / time(subject)) of k pairs in n blocks, NaN where a block does not count.

    `blocks` count; `marked` more have both sides too, but the machine disturbed one of them. Where these would be more
    than half, all of them count, and the pair is `disturbed`. Each of the three has k entries.
    """

    log_ratios: Numbers
    blocks: NDArray[np.int_]
    marked: NDArray[np.int_]
    disturbed: NDArray[np.bool_]


def readings(experiment: Experiment, trials: Iterable[Trial]) -> Readings:
    """Reduce the usable ones of the trials to one number for each side and block."""
    every = usable(experiment, trials)
    return reduced(every, fast_seconds(every))


def reduced(trials: Iterable[Trial], fast: FastSeconds) -> Readings:
    """Reduce usable trials to one number for each side and block: the mean over undisturbed values, if there are any.

    Of several attempts at the same place, the first with an undisturbed value counts; without one, the first.
    """
    return _as_matrices(chosen(trials, fast))


def chosen(trials: Iterable[Trial], fast: FastSeconds) -> Chosen:
    """Choose the trial of each side and block that counts, as `reduced` says."""
    found: dict[Side, dict[int, tuple[bool, Sequence[Value], Trial]]] = {}
    for trial in trials:
        blocks = found.setdefault(trial.side, {})
        if trial.block not in blocks or not blocks[trial.block][0]:
            taken = undisturbed_values(trial, fast)
            if taken or trial.block not in blocks:
                blocks[trial.block] = bool(taken), taken or trial.values, trial
    return found


def undisturbed_values(trial: Trial, fast: FastSeconds) -> Sequence[Value]:
    """Return those values of a trial that are not marked."""
    marks = clean(trial, fast)
    return trial.values if all(marks) else [value for value, good in zip(trial.values, marks, strict=True) if good]


def _as_matrices(found: Chosen) -> Readings:
    blocks = sorted({block for of_side in found.values() for block in of_side})
    columns = {block: column for column, block in enumerate(blocks)}
    rows = {side: row for row, side in enumerate(sorted(found))}
    shape = len(rows), len(columns)
    served = any(trial.service is not None for of_side in found.values() for _, _, trial in of_side.values())
    quantities: tuple[Quantity, ...] = (*SPANS, *QUANTILES) if served else SPANS
    log_seconds = {quantity: np.full(shape, np.nan) for quantity in quantities}
    undisturbed = np.zeros(shape, dtype=bool)
    for side, of_side in found.items():
        places = [columns[block] for block in of_side]
        undisturbed[rows[side], places] = [good for good, _, _ in of_side.values()]
        for span in SPANS:
            means = [
                sum([value.span_seconds(span) for value in taken]) / len(taken) for _, taken, _ in of_side.values()
            ]
            log_seconds[span][rows[side], places] = np.log(means)
        for block, (_, _, trial) in of_side.items():
            for quantile, seconds in quantiles(trial.service):
                log_seconds[quantile][rows[side], columns[block]] = np.log(seconds)
    kept = {side: {block: taken for block, (_, taken, _) in of_side.items()} for side, of_side in found.items()}
    return Readings(rows, columns, log_seconds, undisturbed, kept)


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
