"""What all pictures share: colours, a background, intervals, axes of ratios, and the drawing itself.

Pictures are specifications in Vega-Lite, which is JSON; vl-convert draws them. altair could write them, but its import
would slow every report down.
"""

from collections.abc import Sequence
from typing import Any, Final

import vl_convert
from msgspec.json import encode

# Okabe and Ito, "Color Universal Design" (2008), without black and yellow, which are hard to see here; then two greys.
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#666666", "#AAAAAA")
# An opaque background: a transparent picture with grey text is hard to read both on white and on dark.
PANEL, INK, GRID = "#FFFFFF", "#24292F", "#E4E7EB"
PANEL_WIDTH, LEGEND_COLUMNS = 320, 6
BAR_HEIGHT, CASE_GAP = 12, 10
VEGA_LITE: Final = "6.4"
ROUND = (1, 1.5, 2, 3, 5, 7)  # the ticks of a decade of ratios: about equally far apart on a log scale
MANY_TICKS = 6

Row = dict[str, str | float | None]  # what a picture draws
Spec = dict[str, Any]  # a part of Vega-Lite's JSON: https://vega.github.io/vega-lite/docs/


def svg(spec: Spec) -> str:
    """Draw a picture; the first one of a process takes 0.4 s longer."""
    return vl_convert.vegalite_to_svg(encode({"config": STYLE, **spec}).decode(), vl_version=VEGA_LITE)


def colour(field: str, names: Sequence[str], colours: Sequence[str] = COLOURS) -> Spec:
    """Colour a field's values, in this order, with a legend above."""
    legend = {
        "title": None,
        "orient": "top",
        "direction": "horizontal",
        "symbolType": "square",
        "columns": LEGEND_COLUMNS,
    }
    scale = {"domain": list(names), "range": [colours[number % len(colours)] for number in range(len(names))]}
    return {"field": field, "type": "nominal", "legend": legend, "scale": scale}


def intervals(place: Spec, field: str) -> list[Spec]:
    """Return dark lines on wider light ones, so that an interval is visible inside a dark bar too."""
    x = {"x": {"field": f"{field}_low", "type": "quantitative"}, "x2": {"field": f"{field}_high"}}
    return [
        {"mark": {"type": "rule", "strokeWidth": width}, "encoding": {**place, **x, "color": {"value": shade}}}
        for width, shade in ((3, PANEL), (1.5, INK))
    ]


def log_ticks(low: float, high: float) -> list[float]:
    """Return round numbers between two positive ones, for the ticks of a log axis; 1 is always one of them."""
    decades = [10.0**power for power in range(-6, 7)]
    ticks = [float(f"{base * step:.3g}") for base in decades for step in ROUND if low <= base * step <= high]
    if len(ticks) > MANY_TICKS:
        ticks = [tick for tick in ticks if f"{tick:e}"[:3] in ("1.0", "2.0", "5.0")]
    if len(ticks) > 2 * MANY_TICKS:
        ticks = [decade for decade in decades if low <= decade <= high]
    return sorted({1.0, *ticks})


def ratio_axis(field: str, low: float, high: float) -> Spec:
    """Return a log scale for ratios from `low` to `high`."""
    return {
        "field": field,
        "type": "quantitative",
        "scale": {"type": "log", "domain": [low, high], "nice": False},
        "axis": {"title": "ratio, log scale (above 1: less time)", "values": log_ticks(low, high), "format": "~g"},
    }


STYLE: Final[Spec] = {
    "background": PANEL,
    "padding": 16,
    "font": "sans-serif",
    "view": {"stroke": None},
    "title": {"anchor": "start", "fontSize": 13, "color": INK, "fontWeight": 600},
    "axis": {
        "labelColor": INK,
        "titleColor": INK,
        "titleFontWeight": "normal",
        "titleFontSize": 12,
        "gridColor": GRID,
    },
    "axisX": {"domain": False, "ticks": False, "labelFontSize": 11},
    "axisY": {"labelFontSize": 13},
    "legend": {"labelColor": INK, "labelFontSize": 13},
}
