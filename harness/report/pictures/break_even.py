"""`<file>-series.svg`: ratios over the points of a series, to show where threads without the GIL take less time."""

from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from harness.report.pictures.vega import INK, PANEL_WIDTH, Spec, colour, ratio_axis
from harness.report.results import Results
from harness.report.text.build_notes import marked_ratio
from harness.report.text.escape import one_line

ROOM = 1.1  # beyond the highest and lowest interval


def series_picture(results: Results, file: str) -> Spec | None:
    """Return the ratios over the points of a series with their bands; None with fewer than two points above 0."""
    curves = [curve for curve in results.curves if curve.file == file]
    rows: list[dict[str, Any]] = [
        {
            "curve": one_line(f"{curve.subject} / {curve.baseline}"),
            "place": place,
            "ratio": contrast.estimate.point,
            "low": contrast.estimate.low,
            "high": contrast.estimate.high,
            "ratio_text": marked_ratio(contrast),
            "blocks": contrast.estimate.blocks,
        }
        for curve in curves
        for place, contrast in curve.points
        if place > 0
    ]
    places = sorted({row["place"] for row in rows})
    if not places[1:]:
        return None
    ends = [row[key] for row in rows for key in ("ratio", "low", "high") if row[key] is not None]
    domain = min(1.0, *ends) / ROOM, max(1.0, *ends) * ROOM
    names = list(dict.fromkeys(row["curve"] for row in rows))
    return {
        "title": f"{one_line(PurePath(file).stem)}: ratios of threads over {one_line(curves[0].series)}",
        "width": 1.5 * PANEL_WIDTH,
        "height": PANEL_WIDTH,
        "data": {"values": rows},
        "layer": _layers(curves[0].series, places, names, domain),
    }


def _layers(series: str, places: Sequence[int], names: Sequence[str], domain: tuple[float, float]) -> list[Spec]:
    x: Spec = {
        "field": "place",
        "type": "quantitative",
        "scale": {"type": "log", "domain": [places[0], places[-1]], "nice": False},
        "axis": {"title": f"{one_line(series)}, log scale", "values": list(places), "format": "~s"},
    }
    y = ratio_axis("ratio", *domain)
    tint = colour("curve", names)
    tint["legend"] = {**tint["legend"], "symbolOpacity": 1, "columns": 1, "labelLimit": 0}
    band = {
        "mark": {"type": "area", "opacity": 0.18},
        "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}, "color": tint},
    }
    lines = {"mark": {"type": "line", "point": True}, "encoding": {"x": x, "y": y, "color": tint}}
    one = {"data": {"values": [{"ratio": 1}]}, "mark": {"type": "rule", "color": INK}, "encoding": {"y": y}}
    return [one, band, lines]
