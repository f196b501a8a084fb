"""`<workload>-decomposition.svg`: build tax × gain without the GIL = net, as bars on a log scale."""

from harness.analysis.results.decomposition import Decomposition
from harness.records import Workload
from harness.report.pictures.vega import BAR_HEIGHT, CASE_GAP, INK, PANEL_WIDTH, Spec, colour, intervals, ratio_axis
from harness.report.results import Results
from harness.report.sections.decomposition import FACTORS, decomposed
from harness.report.sections.part import case_label
from harness.report.text.build_notes import marked_ratio
from harness.report.text.escape import one_line

SHADES = ("#CC79A7", "#56B4E9", "#666666")  # also Okabe and Ito's, but not those of the first arms
ROOM = 1.05  # beyond the longest interval


def decomposition_picture(results: Results, workload: Workload) -> Spec | None:
    """Return three bars per case from 1, on a log scale, a panel for each free-threaded arm; None without any."""
    decompositions = decomposed(results, workload)
    if not decompositions:
        return None
    arms = dict.fromkeys(decomposition.net.subject.arm for decomposition in decompositions)
    factors = [
        factor
        for decomposition in decompositions
        for factor in (decomposition.tax, decomposition.gain, decomposition.net)
    ]
    low = min(1.0, *(min(factor.estimate.interval or (factor.estimate.point,)) for factor in factors)) / ROOM
    high = max(1.0, *(max(factor.estimate.interval or (factor.estimate.point,)) for factor in factors)) * ROOM
    panels = [
        _panel(
            [decomposition for decomposition in decompositions if decomposition.net.subject.arm == arm],
            workload,
            low,
            high,
        )
        for arm in arms
    ]
    return {"hconcat": panels, "spacing": 28}


def _panel(decompositions: list[Decomposition], workload: Workload, low: float, high: float) -> Spec:
    net = decompositions[0].net
    rows = [
        {
            "case": case_label(decomposition.case),
            "factor": name,
            "ratio": c.estimate.point,
            "ratio_low": c.estimate.low,
            "ratio_high": c.estimate.high,
            "mode": decomposition.case.mode,
            "ratio_text": marked_ratio(c),
            "blocks": c.estimate.blocks,
        }
        for decomposition in decompositions
        for name, c in zip(FACTORS, (decomposition.tax, decomposition.gain, decomposition.net), strict=True)
    ]
    cases = [case_label(decomposition.case) for decomposition in decompositions]
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
        "height": len(cases) * (len(FACTORS) * BAR_HEIGHT + CASE_GAP),
        "data": {"values": rows},
        "layer": [bars, *intervals(place, "ratio"), line],
    }


def _place(cases: list[str]) -> Spec:
    """A band per case, with a row per factor."""
    axis = {"title": None, "ticks": False, "domain": False, "grid": True, "tickBand": "extent", "labelPadding": 8}
    offset = {"domain": list(FACTORS), "paddingInner": 0.15, "paddingOuter": 0.5}
    return {
        "y": {"field": "case", "type": "nominal", "axis": axis, "scale": {"domain": cases, "padding": 0}},
        "yOffset": {"field": "factor", "type": "nominal", "scale": offset, "bandPosition": 0.5},
    }
