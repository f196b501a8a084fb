"""Build tax × gain without the GIL = net: a table, a picture, and what the first screen says of them."""

from harness.analysis.results.decomposition import Decomposition
from harness.records import Workload
from harness.report.pictures.vega import INK, PANEL_WIDTH, Spec, colour, intervals, ratio_axis
from harness.report.results import Results
from harness.report.sections.table import Part, Table, blocks_cell, case_label
from harness.report.text.escape import markdown, one_line
from harness.report.text.numbers import ratio_with_bounds

FACTORS = ("build tax", "gain without the GIL", "net")
SHADES = ("#CC79A7", "#56B4E9", "#666666")  # Okabe and Ito's as elsewhere, but none of the first arms'
BAR_HEIGHT, GAP = 12, 10
ROOM = 1.05  # beyond the longest interval


def decomposition_part(results: Results, workload: Workload) -> Part | None:
    """Return a row per case and free-threaded arm; None where no arm has both rivals."""
    found = decomposed(results, workload)
    if not found:
        return None
    several = len({each.net.subject.arm for each in found}) > 1
    rows = tuple(
        (
            case_label(each.case) + (f" on {markdown(each.net.subject.arm)}" if several else ""),
            *(ratio_with_bounds(factor) for factor in (each.tax, each.gain, each.net)),
            blocks_cell(each.net),
        )
        for each in found
    )
    said = "All three are from the blocks that have all three arms, so tax × gain is net, to rounding; whole span."
    return Part(
        title="What removing the GIL is made of",
        kind="decomposition",
        sentences=(f"{_meaning(found)} {said}",),
        table=Table(header=("", *FACTORS, "blocks"), rows=rows),
    )


def decomposed(results: Results, workload: Workload) -> list[Decomposition]:
    """Return a workload's decompositions, in the order of the plan."""
    return [each for each in results.decompositions if each.case.workload == workload.name]


def _meaning(found: list[Decomposition]) -> str:
    trios = dict.fromkeys((each.net.baseline.arm, each.gain.baseline.arm, each.net.subject.arm) for each in found)
    return " ".join(
        f"Build tax is {markdown(with_gil)} against {markdown(sibling)}, gain {markdown(free)} against "
        f"{markdown(with_gil)}, net {markdown(free)} against {markdown(sibling)}."
        for sibling, with_gil, free in trios
    )


def decomposition_picture(results: Results, workload: Workload) -> Spec | None:
    """Return three bars per case from 1, on a log scale, a panel for each free-threaded arm; None without any."""
    found = decomposed(results, workload)
    if not found:
        return None
    arms = dict.fromkeys(each.net.subject.arm for each in found)
    drawn = [factor for each in found for factor in (each.tax, each.gain, each.net)]
    low = min(1.0, *(each.ratio if each.low is None else each.low for each in drawn)) / ROOM
    high = max(1.0, *(each.ratio if each.high is None else each.high for each in drawn)) * ROOM
    panels = [_panel([each for each in found if each.net.subject.arm == arm], workload, low, high) for arm in arms]
    return {"hconcat": panels, "spacing": 28}


def _panel(found: list[Decomposition], workload: Workload, low: float, high: float) -> Spec:
    net = found[0].net
    rows = [
        {
            "case": case_label(each.case),
            "factor": name,
            "ratio": c.ratio,
            "ratio_low": c.low,
            "ratio_high": c.high,
            "mode": each.case.mode,
            "ratio_said": ratio_with_bounds(c),
            "blocks": blocks_cell(c),
        }
        for each in found
        for name, c in zip(FACTORS, (each.tax, each.gain, each.net), strict=True)
    ]
    cases = [case_label(each.case) for each in found]
    x = ratio_axis("ratio", low, high)
    place = _place(cases)
    bars = {
        "mark": {"type": "bar"},
        "encoding": {**place, "x": x, "x2": {"datum": 1}, "color": colour("factor", FACTORS, SHADES)},
    }
    one = {"data": {"values": [{"one": 1}]}, "mark": {"type": "rule", "color": INK}}
    line = {**one, "encoding": {"x": {"field": "one", "type": "quantitative"}}}
    return {
        "title": f"{one_line(workload.name)}: {one_line(net.subject.arm)} against {one_line(net.baseline.arm)}",
        "width": 1.5 * PANEL_WIDTH,
        "height": len(cases) * (len(FACTORS) * BAR_HEIGHT + GAP),
        "data": {"values": rows},
        "layer": [bars, *intervals(place, "ratio"), line],
    }


def _place(cases: list[str]) -> Spec:
    """A band per case, in it a row per factor."""
    axis = {"title": None, "ticks": False, "domain": False, "grid": True, "tickBand": "extent", "labelPadding": 8}
    offset = {"domain": list(FACTORS), "paddingInner": 0.15, "paddingOuter": 0.5}
    return {
        "y": {"field": "case", "type": "nominal", "axis": axis, "scale": {"domain": cases, "padding": 0}},
        "yOffset": {"field": "factor", "type": "nominal", "scale": offset, "bandPosition": 0.5},
    }
