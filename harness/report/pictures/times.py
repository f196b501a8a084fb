"""`<workload>.svg`: times and speed-ups of one workload in one picture. A far longer serial case is cut."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from harness.records import ONE_BY_ONE, Workload
from harness.report.pictures.vega import BAR_HEIGHT, CASE_GAP, INK, PANEL_WIDTH, Row, Spec, colour, intervals
from harness.report.results import Results
from harness.report.sections.part import MISSING, case_label
from harness.report.sections.scaling import jobs_of
from harness.report.text.escape import one_line
from harness.report.text.numbers import bounds, plain_ratio, time_with_bounds, unit_for

PALE = 0.35  # the opacity of a bar that is cut, so that its time can be read on it
RATIO_AXIS = {"strong": "ratio to serial (above 1: less time)", "weak": "efficiency (1 is ideal)"}

# One slow case must not press all others against zero, so its bar is cut.
MANY_TIMES: Final = 2.0  # it is cut from this many times the longest other bar on
CUT_ROOM: Final = 1.1  # the axis reaches beyond that longest bar, so that a cut bar is seen to go on


@dataclass(frozen=True)
class Layout:
    """The rows of both panels, from the top: cases, and in each of them arms."""

    cases: tuple[str, ...]
    arms: tuple[str, ...]


def times_picture(results: Results, workload: Workload) -> Spec | None:
    """Return times next to speed-ups, a row per case and arm; None when there is no time."""
    unit, unit_seconds = unit_for(results.of(workload).times.values())
    rows = picture_rows(results, workload.name, unit_seconds, unit)
    if not rows:
        return None
    layout = Layout(
        cases=tuple(case_label(case) for case in results.of(workload).cases),
        arms=tuple(one_line(arm.label) for arm in results.experiment.arms),
    )
    panels = [
        _times(rows, layout, f"{one_line(workload.name)}: time for {jobs_of(results.experiment, workload)}", unit)
    ]
    compared = [row for row in rows if row["ratio"] is not None]
    if compared:
        panels.append(_speed_ups(compared, layout, RATIO_AXIS[results.experiment.settings.scaling]))
    return {"hconcat": panels, "spacing": 28}


def picture_rows(results: Results, workload: str, unit_seconds: float, unit: str = "") -> list[Row]:
    """Return the rows: case, arm, time and ratio as numbers with their bounds (None if missing) and as text."""
    speed_ups = results.speed_ups
    arms = {arm.label for arm in results.experiment.arms}
    rows: list[Row] = []
    for side, time in results.whole_times.items():
        if side.workload != workload or side.arm not in arms:
            continue
        speed_up = speed_ups.get(side)
        rows.append(
            {
                "case": case_label(side),
                "arm": one_line(side.arm),
                "time": time.estimate.point / unit_seconds,
                "time_low": None if time.estimate.low is None else time.estimate.low / unit_seconds,
                "time_high": None if time.estimate.high is None else time.estimate.high / unit_seconds,
                "ratio": speed_up.estimate.point if speed_up else None,
                "ratio_low": speed_up.estimate.low if speed_up else None,
                "ratio_high": speed_up.estimate.high if speed_up else None,
                "mode": side.mode,
                "time_text": time_with_bounds(time, unit_seconds, unit),
                "ratio_text": f"{plain_ratio(speed_up.estimate)}× {bounds(speed_up.estimate)}" if speed_up else MISSING,
                "blocks": time.estimate.blocks,
            }
        )
    return rows


def _times(rows: Sequence[Row], layout: Layout, title: str, unit: str) -> Spec:
    """Bars from zero, so that lengths compare, with their intervals; a far longer serial case is cut and labelled."""
    drawn, end = cut(rows, ONE_BY_ONE, unit)
    place = _place(layout, labels=True)
    cut_bar = {"test": "isValid(datum.beyond)", "value": PALE}
    bars = {
        "mark": {"type": "bar"},
        "encoding": {
            **place,
            "color": colour("arm", layout.arms),
            "x": _scale("drawn", f"{unit} (less is better)", end),
            "yOffset": _offset(layout),
            "opacity": {"condition": cut_bar, "value": 1},
        },
    }
    beyond = {
        "transform": [{"filter": cut_bar["test"]}],
        "mark": {"type": "text", "align": "right", "dx": -4, "fontSize": 9.5},
        "encoding": {
            **place,
            "x": {"field": "drawn", "type": "quantitative"},
            "text": {"field": "beyond", "type": "nominal"},
            "color": {"value": INK},
        },
    }
    return _panel([bars, *intervals(place, "time"), *([beyond] if end else [])], drawn, layout, title)


def _speed_ups(rows: Sequence[Row], layout: Layout, axis: str) -> Spec:
    """Points with their intervals, because only the distance from the line at 1 matters."""
    place = _place(layout, labels=False)
    serial = {"values": [{"one": 1, "case": "serial"}]}
    one, case = {"field": "one", "type": "quantitative"}, {"field": "case", "type": "nominal"}
    line = {"data": serial, "mark": {"type": "rule", "color": INK, "strokeDash": [4, 3]}, "encoding": {"x": one}}
    note = {
        "data": serial,
        "mark": {"type": "text", "align": "left", "color": INK, "dx": 6, "text": "1 by definition"},
        "encoding": {"x": one, "y": case},
    }
    points = {
        "mark": {"type": "point", "filled": True, "opacity": 1, "size": 45},
        "encoding": {**place, "color": colour("arm", layout.arms), "x": _scale("ratio", axis)},
    }
    layers = [line, note, *intervals(place, "ratio"), points]
    return _panel(layers, rows, layout, "compared with serial on the same arm")


def _place(layout: Layout, *, labels: bool) -> Spec:
    """A band per case, with a row per arm."""
    axis = {"title": None, "ticks": False, "domain": False, "grid": True, "tickBand": "extent", "labelPadding": 8}
    # Labels are emptied, not left out: both panels need some for their titles to be at the same height.
    words = {} if labels else {"labelExpr": "''"}
    scale = {"domain": list(layout.cases), "padding": 0}
    return {
        "y": {"field": "case", "type": "nominal", "axis": {**axis, **words}, "scale": scale},
        "yOffset": {**_offset(layout), "bandPosition": 0.5},
    }


def _offset(layout: Layout) -> Spec:
    """The arm's row within its case."""
    scale = {"domain": list(layout.arms), "paddingInner": 0.15, "paddingOuter": 0.5}
    return {"field": "arm", "type": "nominal", "scale": scale}


def _scale(field: str, title: str, end: float | None = None) -> Spec:
    axis = {"title": title, "tickCount": 6, "labelFlush": False}
    scale = {"zero": True, "nice": True} if end is None else {"domain": [0, end], "nice": False}
    return {"field": field, "type": "quantitative", "scale": scale, "axis": axis}


def _panel(layers: Sequence[Spec], rows: Sequence[Row], layout: Layout, title: str) -> Spec:
    height = len(layout.cases) * (len(layout.arms) * BAR_HEIGHT + CASE_GAP)
    return {"title": title, "width": PANEL_WIDTH, "height": height, "data": {"values": rows}, "layer": layers}


def cut(rows: Sequence[Row], slow: Collection[str], unit: str) -> tuple[list[Row], float | None]:
    """Return the rows as they are drawn, and the end of the axis; None where everything fits.

    Each row gets `drawn`, the length of its bar, and `beyond`, the text in a bar that is cut (None in the others):
    its time and interval. Only the cases named in `slow` are ever cut.
    """
    fast_ends = [_end(row) for row in rows if row["case"] not in slow]
    slow_ends = [_end(row) for row in rows if row["case"] in slow]
    if not fast_ends or max(slow_ends, default=0.0) <= MANY_TIMES * max(fast_ends):
        return [{**row, "drawn": row["time"], "beyond": None} for row in rows], None
    end = CUT_ROOM * max(fast_ends)
    return [_cut_at(end, row, unit) for row in rows], end


def _cut_at(end: float, row: Row, unit: str) -> Row:
    if _end(row) <= end:
        return {**row, "drawn": row["time"], "beyond": None}
    time, low, high = _number(row["time"]), row["time_low"], row["time_high"]
    digits = 3 if time < 1 else 2 if time < 10 else 1 if time < 100 else 0  # noqa: PLR2004 - three digits
    interval = (
        "no interval" if low is None or high is None else f"[{_number(low):.{digits}f}, {_number(high):.{digits}f}]"
    )
    beyond = f"{time:.{digits}f} {unit} {interval}, bar cut here"
    return {**row, "drawn": end, "time_low": None, "time_high": None, "beyond": beyond}


def _end(row: Row) -> float:
    return max(_number(cell) for cell in (row["time"], row["time_high"]) if cell is not None)


def _number(cell: str | float | None) -> float:
    return float(cell) if cell is not None else 0.0
