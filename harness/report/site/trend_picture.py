"""The picture of a tracked contrast over runs: a series per machine, intervals, and marks where something changed."""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta

from harness.records import Contrast
from harness.report.pictures.vega import COLOURS, INK, PANEL, Spec, colour, log_ticks
from harness.report.site.history import Trend, TrendPoint
from harness.report.site.site_runs import ALPHABET
from harness.report.text.escape import one_line

WIDTH, HEIGHT = 720, 220
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")
MOST = 150  # points that a reader can still distinguish; the table has all
ROOM, EDGE = 1.1, 0.04  # beyond the outermost interval and the outermost run, as factor and as share
NEAR, STEPS, MOST_TICKS = 2.5, (0.01, 0.02, 0.05, 0.1, 0.2, 0.5), 8
LEAST_EDGE = timedelta(hours=6)


def trend_picture(trend: Trend) -> Spec:
    """Return a picture of the latest runs, on a log axis: a ratio and its inverse are equally far from 1."""
    points = trend.points[-MOST:]
    rows = [_row(point) for point in points]
    numbers = [number for point in points for number in _numbers(point.tracked.contrast)]
    low, high = min([1.0, *numbers]) / ROOM, max([1.0, *numbers]) * ROOM
    start, end = _span([point.run.started_at for point in points])
    machines = sorted({point.machine for point in points})
    dates = {"labelFontSize": 11, "tickCount": 8, "domain": False, "format": _format(start, end)}
    time = {"type": "utc", "domain": [start, end]}
    x: Spec = {"field": "date", "type": "temporal", "title": None, "scale": time, "axis": dates}
    axis = {"title": "ratio, log scale", "values": _ticks(low, high), "format": "~g"}
    scale = {"type": "log", "domain": [low, high], "nice": False}
    y = {"field": "ratio", "type": "quantitative", "scale": scale, "axis": axis}
    marked = [row for row in rows if row["mark"]]
    layers = [_even(), *_changes(marked, x), *_series(x, y, machines)]
    return {"title": one_line(trend.name), "width": WIDTH, "height": HEIGHT, "data": {"values": rows}, "layer": layers}


def _ticks(low: float, high: float) -> list[float]:
    """Round numbers a step apart where the axis spans less than a doubling or so, else those of a log axis."""
    if high > NEAR * low:
        return log_ticks(low, high)
    step = next((step for step in STEPS if (high - low) / step <= MOST_TICKS), STEPS[-1])
    return [round(step * number, 3) for number in range(math.ceil(low / step), math.floor(high / step) + 1)]


def _numbers(contrast: Contrast) -> list[float]:
    ends = (contrast.estimate.low, contrast.estimate.point, contrast.estimate.high)
    return [number for number in ends if number is not None and number > 0]


def _row(point: TrendPoint) -> dict[str, str | float | None]:
    contrast = point.tracked.contrast
    return {
        "date": point.run.started_at.isoformat(),
        "machine": point.machine,
        "ratio": contrast.estimate.point,
        "low": contrast.estimate.low,
        "high": contrast.estimate.high,
        "mark": str(point.mark) if point.mark else None,
        "provisional": "yes" if contrast.provisional else "no",
    }


def _span(starts: Sequence[datetime]) -> tuple[str, str]:
    edge = max(EDGE * (starts[-1] - starts[0]), LEAST_EDGE)
    return (starts[0] - edge).isoformat(), (starts[-1] + edge).isoformat()


def _format(start: str, end: str) -> str:
    """Dates, with the time where all runs are within a few days."""
    near = datetime.fromisoformat(end) - datetime.fromisoformat(start) < timedelta(days=4)
    return "%d %b %H:%M" if near else "%d %b %Y"


def _even() -> Spec:
    rule = {"type": "rule", "color": INK, "strokeDash": [4, 3]}
    return {"data": {"values": [{"one": 1}]}, "mark": rule, "encoding": {"y": {"field": "one", "type": "quantitative"}}}


def _changes(marked: Sequence[dict[str, str | float | None]], x: Spec) -> list[Spec]:
    """A thin line up to the number under which the table lists the changes."""
    if not marked:
        return []
    data, place = {"values": list(marked)}, {"x": x}
    words = {"type": "text", "dy": -8, "fontSize": 11, "fontWeight": 600, "color": INK}
    top = {"y": {"value": 0}}
    return [
        {"data": data, "mark": {"type": "rule", "color": "#888888", "strokeDash": [1, 3]}, "encoding": place},
        {"data": data, "mark": words, "encoding": {**place, **top, "text": {"field": "mark", "type": "nominal"}}},
    ]


def _series(x: Spec, y: Spec, machines: Sequence[str]) -> list[Spec]:
    """A thin line that leads the eye, intervals, and points, hollow where they are provisional.

    A machine has its colour and its shape in all pictures, whichever others are in them.
    """
    legend = {"title": None, "orient": "top", "labelExpr": "'machine ' + datum.label", "symbolOpacity": 1}
    numbers = [sum(ALPHABET.index(letter) for letter in machine) for machine in machines]
    shade = {**colour("machine", machines, [COLOURS[number % len(COLOURS)] for number in numbers]), "legend": legend}
    shapes = {"domain": list(machines), "range": [SHAPES[number % len(SHAPES)] for number in numbers]}
    shape = {"field": "machine", "type": "nominal", "legend": legend, "scale": shapes}
    bounds = {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}}
    hollow = {"condition": {"test": "datum.provisional === 'yes'", "value": PANEL}, **shade}
    return [
        {"mark": {"type": "line", "strokeWidth": 1, "opacity": 0.45}, "encoding": {"x": x, "y": y, "color": shade}},
        {"mark": {"type": "rule", "strokeWidth": 2}, "encoding": {**bounds, "color": shade}},
        {
            "mark": {"type": "point", "filled": False, "opacity": 1, "size": 55, "strokeWidth": 1.5},
            "encoding": {"x": x, "y": y, "color": shade, "fill": hollow, "shape": shape},
        },
    ]


def alternative(trend: Trend) -> str:
    """Return the picture in words."""
    points = trend.points[-MOST:]
    first, last = points[0].run.date, points[-1].run.date
    when = first if first == last else f"from {first} to {last}"
    return f"{trend.name}, {trend.about}: the ratio and its interval in each run, {when}; the table has the numbers"
