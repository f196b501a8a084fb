"""Add tooltips, and switches for arms and modes, to a picture's specification."""

from typing import Any, Final

from harness.records import Experiment
from harness.report.pictures.vega import STYLE, Spec
from harness.report.text.escape import one_line

# The fields of a row that its tooltip shows, with their titles.
TOOLTIP: Final = {
    "case": "case",
    "arm": "arm",
    "mode": "mode",
    "workers": "workers",
    "factor": "factor",
    "curve": "ratio",
    "place": "point",
    "time_text": "time",
    "ratio_text": "ratio",
    "latency_text": "latency",
    "share_text": "of all pings took longer",
    "blocks": "blocks",
}
SWITCHES: Final = {"arm": "shown_arms", "mode": "shown_modes"}


def interactive(spec: Spec, experiment: Experiment, description: str) -> Spec:
    """Return a picture's specification as the page draws it; `spec` itself stays as it is."""
    modes = dict.fromkeys(planned.case.mode for planned in experiment.cases)
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "description": description,
        "config": {**STYLE, "background": None, "padding": 4},
        "params": [
            {"name": SWITCHES["arm"], "value": [one_line(arm.label) for arm in experiment.arms]},
            {"name": SWITCHES["mode"], "value": list(modes)},
        ],
        **_unit(spec, None),
    }


def _unit(spec: Spec, row: Spec | None) -> Spec:
    """A unit, layer or row of panels; `row` is an example of the rows that it draws."""
    changed = dict(spec)
    inherited = _example(spec) or row
    for parts in ("hconcat", "layer"):
        if parts in spec:
            changed[parts] = [_unit(part, inherited) for part in spec[parts]]
    if "spec" in spec:  # drawn once for each case
        changed["spec"] = _unit(spec["spec"], inherited)
    example = _example(spec)
    if example is not None:
        switches = [
            {"filter": f"indexof({param}, datum.{field}) >= 0"} for field, param in SWITCHES.items() if field in example
        ]
        changed["transform"] = [*switches, *spec.get("transform", [])]
    if "mark" in spec and "data" not in spec and row is not None:
        fields = [
            {"field": field, "type": "nominal", "title": title} for field, title in TOOLTIP.items() if field in row
        ]
        changed["encoding"] = {**spec["encoding"], "tooltip": fields}
    return changed


def _example(spec: Spec) -> dict[str, Any] | None:
    """Return a row of a unit's own measured data; None where it has none."""
    values = spec.get("data", {}).get("values", [])
    return values[0] if values and "blocks" in values[0] else None
