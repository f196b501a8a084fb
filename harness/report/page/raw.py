"""A plot of one case's raw values by block, so that a skeptic sees drift and outliers."""

from typing import Final

from harness.records import Experiment
from harness.report.pictures.vega import STYLE, Spec, colour
from harness.report.text.escape import one_line

KINDS: Final = ("undisturbed", "marked: the machine was slow, or other processes ran")
TOOLTIP: Final = ("arm", "block", "attempt", "value", "whole_seconds", "work_seconds", "kind", "started_at")
SECONDS: Final[Spec] = {
    "field": "whole_seconds",
    "type": "quantitative",
    "scale": {"zero": False},
    "axis": {"title": "seconds per loop, whole span", "grid": True},
}
SHAPE: Final[Spec] = {
    "field": "kind",
    "type": "nominal",
    "scale": {"domain": list(KINDS), "range": ["circle", "cross"]},
    "legend": {"title": None, "orient": "bottom", "columns": 1, "labelLimit": 0, "symbolStrokeColor": "#666666"},
}


def strip_plot(experiment: Experiment) -> Spec:
    """Return a plot without rows: the page adds those of the chosen case."""
    arms = [one_line(arm.label) for arm in experiment.arms]
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "description": "Each value of the chosen case by block, coloured by arm. The CSV download has the numbers.",
        "config": {**STYLE, "background": None, "padding": 4},
        "width": "container",
        "height": 320,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "params": [{"name": "shown_arms", "value": arms}],
        "data": {"values": []},
        "transform": [{"filter": "indexof(shown_arms, datum.arm) >= 0"}],
        "mark": {"type": "point", "size": 42, "strokeWidth": 2, "opacity": 1},
        "encoding": {
            "x": {
                "field": "at",
                "type": "quantitative",
                "axis": {"title": "block, in order of time", "tickMinStep": 1},
            },
            "y": SECONDS,
            "color": {**colour("arm", arms), "legend": None},
            "shape": SHAPE,
            "tooltip": [{"field": field, "type": "nominal"} for field in TOOLTIP],
        },
    }
