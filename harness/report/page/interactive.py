"""What the page adds to a picture's specification: what the pointer tells, and which arms and modes are shown."""

from typing import Any, Final

from harness.records import Experiment
from harness.report.pictures.vega import STYLE, Spec
from harness.report.text.escape import one_line

# What is told of a row, as far as it has it.
TOLD: Final = {
    "case": "case",
    "arm": "arm",
    "mode": "mode",
    "workers": "workers",
    "factor": "factor",
    "curve": "ratio",
    "place": "point",
    "time_said": "time",
    "ratio_said": "times as fast",
    "latency_said": "latency",
    "share_said": "of all pings took longer",
    "blocks": "blocks",
}
SHOWN: Final = {"arm": "shown_arms", "mode": "shown_modes"}


def interactive(spec: Spec, experiment: Experiment, description: str) -> Spec:
    """Return the specification of a file's picture as the page draws it; the file's is left as it is."""
    modes = dict.fromkeys(planned.case.mode for planned in experiment.cases)
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "description": description,
        "config": {**STYLE, "background": None, "padding": 4},
        "params": [
            {"name": SHOWN["arm"], "value": [one_line(arm.label) for arm in experiment.arms]},
            {"name": SHOWN["mode"], "value": list(modes)},
        ],
        **_unit(spec, None),
    }


def _unit(spec: Spec, row: Spec | None) -> Spec:
    """A unit, layer or row of panels; `row` is an example of the rows that it draws."""
    changed = dict(spec)
    own = _example(spec) or row
    for parts in ("hconcat", "layer"):
        if parts in spec:
            changed[parts] = [_unit(part, own) for part in spec[parts]]
    if "spec" in spec:  # of which there is one for each case
        changed["spec"] = _unit(spec["spec"], own)
    found = _example(spec)
    if found is not None:
        switches = [
            {"filter": f"indexof({param}, datum.{field}) >= 0"} for field, param in SHOWN.items() if field in found
        ]
        changed["transform"] = [*switches, *spec.get("transform", [])]
    if "mark" in spec and "data" not in spec and row is not None:
        told = [{"field": field, "type": "nominal", "title": title} for field, title in TOLD.items() if field in row]
        changed["encoding"] = {**spec["encoding"], "tooltip": told}
    return changed


def _example(spec: Spec) -> dict[str, Any] | None:
    """Return a row of the measured data that a unit brings; None where it brings none, or but a line's."""
    values = spec.get("data", {}).get("values", [])
    return values[0] if values and "blocks" in values[0] else None
