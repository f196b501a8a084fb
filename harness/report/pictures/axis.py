"""Where the axis of times ends: one slow case must not press all others against zero."""

from collections.abc import Collection, Sequence
from typing import Final

Row = dict[str, str | float | None]

MANY_TIMES: Final = 2.0  # serial is cut when it takes more than so many times the longest of the others
ROOM: Final = 1.1  # beyond that longest one, so that a cut bar is seen to go further


def cut(rows: Sequence[Row], slow: Collection[str], unit: str) -> tuple[list[Row], float | None]:
    """Return the rows as they are drawn, and the axis' end; None where everything fits.

    Each row gets `drawn`, the length of its bar, and `beyond`, the time that is written into a bar that is cut (None
    in the others). Only the cases called `slow` are ever cut; a cut bar has its interval in words.
    """
    others = [_end(row) for row in rows if row["case"] not in slow]
    slowest = [_end(row) for row in rows if row["case"] in slow]
    if not others or max(slowest, default=0.0) <= MANY_TIMES * max(others):
        return [{**row, "drawn": row["time"], "beyond": None} for row in rows], None
    end = ROOM * max(others)
    return [_cut_at(end, row, unit) for row in rows], end


def _cut_at(end: float, row: Row, unit: str) -> Row:
    if _end(row) <= end:
        return {**row, "drawn": row["time"], "beyond": None}
    time, low, high = _number(row["time"]), row["time_low"], row["time_high"]
    digits = 3 if time < 1 else 2 if time < 10 else 1 if time < 100 else 0  # noqa: PLR2004 - three digits
    interval = (
        "no interval" if low is None or high is None else f"[{_number(low):.{digits}f}, {_number(high):.{digits}f}]"
    )
    said = f"{time:.{digits}f} {unit} {interval}, bar cut here"
    return {**row, "drawn": end, "time_low": None, "time_high": None, "beyond": said}


def _end(row: Row) -> float:
    return max(_number(each) for each in (row["time"], row["time_high"]) if each is not None)


def _number(cell: str | float | None) -> float:
    return float(cell) if cell is not None else 0.0
