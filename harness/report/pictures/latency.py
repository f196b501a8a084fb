"""`<workload>-latency.svg`: the share of pings that took longer than a latency, for each mode and arm."""

from collections import Counter

import numpy as np

from harness.records import Side, Workload
from harness.report.pictures.vega import PANEL_WIDTH, Row, Spec, colour
from harness.report.results import Results
from harness.report.sections.part import case_label
from harness.report.text.escape import one_line

MILLISECOND = 1e-3
POINTS = 80  # of a line: enough for a smooth one
SHARES = (0.001, 0.01, 0.1, 0.5, 1)
DECADES = tuple(step * 10.0**power for power in range(-3, 7) for step in (1, 3))
ROOM = 1.1  # beyond the shortest and the longest latency
Pings = dict[Side, list[float]]


def latency_picture(results: Results, workload: Workload) -> Spec | None:
    """Return a panel per case with a line per arm, both axes logarithmic; None when the workload is not a service.

    A line shows the share of all pings of all usable trials that took longer, which makes the tail visible.
    """
    pings: Pings = {}
    blocks: Counter[Side] = Counter()
    for trial in results.usable:
        if trial.workload == workload.name and trial.service is not None and trial.service.ping_seconds:
            pings.setdefault(trial.side, []).extend(trial.service.ping_seconds)
            blocks[trial.side] += trial.attempt == 0
    if not pings:
        return None
    cases, arms = results.of(workload).cases, results.experiment.arms
    tint = colour("arm", [one_line(arm.label) for arm in arms])
    tint["legend"] |= {"symbolType": "stroke", "symbolStrokeWidth": 3}
    labels = {"labelFontSize": 13, "labelFontWeight": 600}
    rows = [row for case in cases for arm in arms for row in _line(pings, blocks, case.under(arm.label))]
    panel = {
        "width": PANEL_WIDTH,
        "height": 0.6 * PANEL_WIDTH,
        "mark": {"type": "line", "interpolate": "step-after", "clip": True},
        "encoding": {**_axes(pings), "color": tint, "order": {"field": "share", "sort": "descending"}},
    }
    return {
        "title": f"{one_line(workload.name)}: latency of pings while it computes",
        "data": {"values": rows},
        "facet": {
            "field": "case",
            "type": "nominal",
            "title": None,
            "sort": [*map(case_label, cases)],
            "header": labels,
        },
        "columns": 2,
        "spec": panel,
    }


def _line(pings: Pings, blocks: Counter[Side], side: Side) -> list[Row]:
    return [
        {
            "case": case_label(side),
            "mode": side.mode,
            "arm": one_line(side.arm),
            "blocks": blocks[side],
            "ms": latency / MILLISECOND,
            "latency_text": f"{latency / MILLISECOND:.3g} ms",
            "share": share,
            "share_text": f"{share:.2%}",
        }
        for latency, share in line(pings.get(side, []))
    ]


def _axes(pings: Pings) -> Spec:
    milliseconds = [latency / MILLISECOND for of_side in pings.values() for latency in of_side]
    low, high = min(milliseconds) / ROOM, max(milliseconds) * ROOM
    least = 1 / max(map(len, pings.values()))
    x = {
        "field": "ms",
        "type": "quantitative",
        "scale": {"type": "log", "domain": [low, high], "nice": False},
        "axis": {
            "title": "latency in ms, log scale (less is better)",
            "values": [tick for tick in DECADES if low <= tick <= high],
            "format": "~g",
        },
    }
    y = {
        "field": "share",
        "type": "quantitative",
        "scale": {"type": "log", "domain": [least, 1], "nice": False},
        "axis": {"title": "share that took longer", "values": [t for t in SHARES if t >= least], "format": "~%"},
    }
    return {"x": x, "y": y}


def line(latencies: list[float]) -> list[tuple[float, float]]:
    """Return (seconds, share of latencies that are larger), from all of them down to the last one; none without any."""
    if not latencies:
        return []
    ordered = np.sort(latencies)
    ranks = np.unique(np.geomspace(1, len(ordered), POINTS).round().astype(int))[::-1]
    return [(float(ordered[-rank]), rank / len(ordered)) for rank in ranks.tolist()]
