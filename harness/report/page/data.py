"""What the page carries as data: every value and every contrast, once, for its plots and its downloads."""

import base64
import gzip
from collections.abc import Iterable, Sequence
from operator import attrgetter
from types import SimpleNamespace
from typing import Any

import msgspec
import numpy as np

from harness.analysis.results.latency import quantiles
from harness.analysis.samples.canaries import clean
from harness.records import QUANTILES
from harness.report.exports.csv_files import (
    AROUND,
    CONTRASTS_CSV,
    OF_SERVICE,
    OF_TRIAL,
    OF_VALUE,
    SPANS,
    TRIALS_CSV,
    contrasts_rows,
)
from harness.report.results import Results

DIGITS = 9  # of seconds: a nanosecond; `nox -s csv` writes all digits
FEW_WORDS = 0.7  # a column of words that repeat is kept as their numbers
SAMPLE = 1000  # cells that show whether a column of numbers repeats
LEVEL = 5  # of gzip: of 100 000 trials, level 9 takes 5.8 s instead of 0.4 s and saves 4 %

Column = Sequence[Any]
SERVICE = attrgetter("service")
NOTHING = SimpleNamespace(**dict.fromkeys((*SPANS, "canary_seconds")))  # for a trial that has no value


def embedded(results: Results, more: dict[str, Any]) -> str:
    """Return JSON, compressed and in base64: a quarter as long, and no character of it means anything to HTML."""
    files = {TRIALS_CSV: _trials(results), CONTRASTS_CSV: _columns(*contrasts_rows(results))}
    text = msgspec.json.encode({"files": files, **more})
    return base64.b64encode(gzip.compress(text, LEVEL, mtime=0)).decode()


def _trials(results: Results) -> dict[str, Any]:
    """The columns of trials.csv, made one by one: by rows it takes four times as long.

    A trial has a row for each value, or one row if it has none.
    """
    trials = results.journal.trials
    rows = [len(trial.values) or 1 for trial in trials]
    around = [trial.surroundings for trial in trials]
    columns: dict[str, Any] = {name: _packed([*map(attrgetter(name), trials)], rows) for name in OF_TRIAL}
    columns |= {name: _packed([getattr(counters, name, None) for counters in around], rows) for name in AROUND}
    services = [(dict(quantiles(service)), service) if service else ({}, None) for service in map(SERVICE, trials)]
    for name, quantile in zip(OF_SERVICE, QUANTILES, strict=False):
        columns[name] = _packed([latencies.get(quantile) for latencies, _ in services], rows)
    columns[OF_SERVICE[-1]] = _packed([service and service.load_cpu_seconds for _, service in services], rows)
    return columns | dict(zip(OF_VALUE, _values(results), strict=True))


def _values(results: Results) -> Iterable[Any]:
    """The columns that differ between the values of a trial."""
    trials = results.journal.trials
    values = [value for trial in trials for value in trial.values or (NOTHING,)]
    numbers = {count: tuple(range(1, count + 1)) or (None,) for count in {len(trial.values) for trial in trials}}
    yield _packed([number for trial in trials for number in numbers[len(trial.values)]])
    for span in SPANS:
        yield _packed([*map(attrgetter(span), values)])
    canaries = [value.canary_seconds or (None, None) for value in values]
    for side in (0, 1):
        yield _packed([pair[side] for pair in canaries])
    marks = ([int(not good) for good in clean(trial, results.fast)] or (None,) for trial in trials)
    yield _packed([mark for of_trial in marks for mark in of_trial])


def _columns(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> dict[str, Any]:
    """A table by columns, because what repeats in a column need not be repeated."""
    columns = list(zip(*rows, strict=True)) or [()] * len(header)
    return {name: _packed(column) for name, column in zip(header, columns, strict=True)}


def _packed(column: Column, rows: Sequence[int] | None = None) -> Any:
    """Return a list, or `{"words": [...], "at": [...]}`: each cell's place in the words. `rows` repeats each cell."""
    length = len(column) if rows is None else sum(rows)
    words = _words(column)
    if words is None:
        return _repeated(_rounded(column), rows)
    if len(words) == 1:
        return {"words": _rounded(words), "count": length}
    places = {word: number for number, word in enumerate(words)}
    return {"words": _rounded(words), "at": _repeated([places[cell] for cell in column], rows)}


def _words(column: Column) -> list[Any] | None:
    """The distinct cells in their order; None where few repeat."""
    sample = column[:SAMPLE]
    if len(set(sample)) > FEW_WORDS * len(sample):
        return None
    words = list(dict.fromkeys(column))
    return None if len(words) > FEW_WORDS * len(column) else words


def _rounded(column: Column) -> list[Any]:
    if column and all(type(cell) is float for cell in column):
        return np.round(np.array(column), DIGITS).tolist()  # type: ignore[no-any-return]
    return [round(cell, DIGITS) if isinstance(cell, float) else cell for cell in column]


def _repeated(column: list[Any], rows: Sequence[int] | None) -> list[Any]:
    if rows is None or not column:
        return column
    if isinstance(column[0], int | float) and None not in column:
        return np.repeat(column, rows).tolist()
    return [cell for cell, count in zip(column, rows, strict=True) for _ in range(count)]
