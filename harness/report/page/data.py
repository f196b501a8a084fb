"""What the page carries as data: every value and every contrast, once, for its plots and its downloads."""

import base64
import gzip
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from harness.report.exports.csv_files import CONTRASTS_CSV, TRIALS_CSV, contrasts_rows, trials_rows
from harness.report.results import Results

DIGITS = 9  # of seconds: a nanosecond; `nox -s csv` writes all digits
FEW_WORDS = 0.7  # a column of words that repeat is kept as their numbers


def embedded(results: Results, more: dict[str, Any]) -> str:
    """Return JSON, compressed and in base64: a quarter as long, and no character of it means anything to HTML."""
    files = {
        TRIALS_CSV: _columns(*trials_rows(results)),
        CONTRASTS_CSV: _columns(*contrasts_rows(results)),
    }
    text = msgspec.json.encode({"files": files, **more})
    return base64.b64encode(gzip.compress(text, mtime=0)).decode()


def _columns(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> dict[str, Any]:
    """A table by columns, because what repeats in a column need not be repeated."""
    columns = list(zip(*rows, strict=True)) or [()] * len(header)
    return {name: _packed(column) for name, column in zip(header, columns, strict=True)}


def _packed(column: Sequence[Any]) -> Any:
    """A list; or `{"words": [...], "at": [...]}`, the place of each in the words."""
    plain = [round(each, DIGITS) if isinstance(each, float) else each for each in column]
    words = list(dict.fromkeys(plain))
    if len(words) > FEW_WORDS * len(plain):
        return plain
    if len(words) == 1:
        return {"words": words, "count": len(plain)}
    places = {word: number for number, word in enumerate(words)}
    return {"words": words, "at": [places[each] for each in plain]}
