"""`<workload>.svg`: times and speed-ups of one workload in one picture."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from harness.records import ONE_BY_ONE, Workload
from harness.report.pictures.vega import BAR_HEIGHT, CASE_GAP, INK, PANEL_WIDTH, Row, Spec, colour, intervals
from harness.report.results import Results, speed_ups, whole_times
from harness.report.sections.scaling import jobs_of
from harness.report.sections.table import MISSING, case_label, cases_of
from harness.report.text.escape import one_line
from harness.report.text.numbers import bounds, plain_ratio, time_with_bounds, unit_for

PALE = 0.35  # a bar that is cut, so that its time can be read on it
RATIO_AXIS = {"strong": "times as fast (more is better)", "weak": "efficiency (1 is ideal)"}

# One slow case must not press all others against zero, so its bar is cut.
MANY_TIMES: Final = 2.0  # from so many times the longest of the others
CUT_ROOM: Final = 1.1  # beyond that longest one, so that a cut bar is seen to go on


@dataclass(frozen=True)
class Layout:
    """The rows of both panels, from the top: cases, and in each of them arms."""

    cases: tuple[str, ...]
    arms: tuple[str, ...]


def times_picture(results: Results, workload: Workload) -> Spec | None:
    """Return times beside speed-ups, a row per case and arm; None when there is no time."""
    unit, unit_seconds = unit_for(time for side, time in whole_times(results).items() if side.workload == workload.name)
    rows = picture_rows(results, workload.name, unit_seconds, unit)
    if not rows:
        return None
    layout = Layout(
        cases=tuple(case_label(case) for case in cases_of(results, workload.name)),
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
    """Return what is drawn: case, arm, time and ratio with their bounds (None where there is none), and in words."""
    faster = speed_ups(results)
    arms = {arm.label for arm in results.experiment.arms}
    rows: list[Row] = []
    for side, time in whole_times(results).items():
        if side.workload != workload or side.arm not in arms:
            continue
        speed_up = faster.get(side)
        rows.append(
            {
                "case": case_label(side),
                "arm": one_line(side.arm),
                "time": time.seconds / unit_seconds,
                "time_low": None if time.low is None else time.low / unit_seconds,
                "time_high": None if time.high is None else time.high / unit_seconds,
                "ratio": speed_up.ratio if speed_up else None,
                "ratio_low": speed_up.low if speed_up else None,
                "ratio_high": speed_up.high if speed_up else None,
                "mode": side.mode,
                "time_said": time_with_bounds(time, unit_seconds, unit),
                "ratio_said": f"{plain_ratio(speed_up)}× {bounds(speed_up)}" if speed_up else MISSING,
                "blocks": time.blocks,
            }
        )
    return rows


def _times(rows: Sequence[Row], layout: Layout, title: str, unit: str) -> Spec:
    """Bars from zero, so that lengths compare, with their intervals; a far longer serial is cut and says its time."""
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
    """Points with their intervals, because what counts is where they are beside the line at 1."""
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
    """A band per case, in it a row per arm."""
    axis = {"title": None, "ticks": False, "domain": False, "grid": True, "tickBand": "extent", "labelPadding": 8}
    # Labels are emptied and not left out, because both titles stand at the same height only if both panels have some.
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
    """Return the rows as they are drawn, and the axis' end; None where everything fits.

    Each row gets `drawn`, the length of its bar, and `beyond`, the time that is written into a bar that is cut (None
    in the others). Only the cases called `slow` are ever cut; a cut bar has its interval in words.
    """
    others = [_end(row) for row in rows if row["case"] not in slow]
    slowest = [_end(row) for row in rows if row["case"] in slow]
    if not others or max(slowest, default=0.0) <= MANY_TIMES * max(others):
        return [{**row, "drawn": row["time"], "beyond": None} for row in rows], None
    end = CUT_ROOM * max(others)
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
