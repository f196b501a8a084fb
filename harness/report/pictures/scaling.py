"""`<workload>-scaling.svg`: the speed-up over workers, a line per arm and mode."""

from harness.analysis.results.scaling import Scaling
from harness.records import Workload
from harness.report.pictures.vega import INK, PANEL_WIDTH, Spec, colour, ratio_axis
from harness.report.results import Results
from harness.report.sections.scaling import factor_text, scaled, worker_counts
from harness.report.text.escape import one_line
from harness.report.text.phrases import enumerated

ROOM = 1.1  # beyond the highest and lowest interval
DASHES = {"threads": (1, 0), "processes": (6, 4), "asyncio": (2, 2)}


def scaling_picture(results: Results, workload: Workload) -> Spec | None:
    """Return speed-up over workers, a line per arm and mode with its band; None where no mode has two worker counts."""
    scalings = scaled(results, workload)
    if not worker_counts(scalings)[1:]:  # a line needs two points
        return None
    modes = [mode for mode in DASHES if any(scaling.side.mode == mode for scaling in scalings)]
    ends = [end for scaling in scalings for end in scaling.speed_up[:3] if end is not None]
    low, high = min(1.0, *ends) / ROOM, max(*ends, _ideal_end(scalings)) * ROOM
    rows = [
        {
            "arm": one_line(scaling.side.arm),
            "mode": scaling.side.mode,
            "workers": scaling.side.workers,
            "speed_up": scaling.speed_up.point,
            "low": scaling.speed_up.low,
            "high": scaling.speed_up.high,
            "ratio_text": factor_text(scaling.speed_up),
            "blocks": scaling.over_own.estimate.blocks,
        }
        for scaling in scalings
    ]
    of = "weak scaling, speed-up" if results.experiment.settings.scaling == "weak" else "speed-up"
    arms = [one_line(arm.label) for arm in results.experiment.arms]
    return {
        "title": f"{one_line(workload.name)}: {of} over serial on the same arm, in {enumerated(modes)}",
        "width": 1.5 * PANEL_WIDTH,
        "height": PANEL_WIDTH,
        "data": {"values": rows},
        "layer": _layers(scalings, arms, modes, (low, high)),
    }


def _ideal_end(scalings: list[Scaling]) -> float:
    """How far the axis follows the ideal line, which may leave the picture where no work comes near it."""
    highest = max(scaling.speed_up.high or scaling.speed_up.point for scaling in scalings)
    return min(max(scaling.processors for scaling in scalings), 2 * highest)


def _ideal(scalings: list[Scaling], end: float) -> list[tuple[float, float]]:
    """The ideal line, which rises with the workers up to the CPUs, as far as the axis goes."""
    line = sorted({(scaling.side.workers, scaling.processors) for scaling in scalings})
    inside = [(float(workers), float(processors)) for workers, processors in line if processors <= end]
    return inside if len(inside) == len(line) else [*inside, (end, end)]


def _layers(scalings: list[Scaling], arms: list[str], modes: list[str], domain: tuple[float, float]) -> list[Spec]:
    counts = worker_counts(scalings)
    x: Spec = {
        "field": "workers",
        "type": "quantitative",
        "scale": {"type": "log", "base": 2, "domain": [counts[0], counts[-1]], "nice": False},
        "axis": {"title": "workers, log scale", "values": counts, "format": "d"},
    }
    y = ratio_axis("speed_up", *domain)
    tint = colour("arm", arms)
    tint["legend"]["symbolOpacity"] = 1  # else the legend would be as pale as the bands
    dash = {
        "field": "mode",
        "type": "nominal",
        "scale": {"domain": modes, "range": [DASHES[mode] for mode in modes]},
        "legend": {"title": None, "orient": "top", "symbolType": "stroke", "symbolSize": 500},
    }
    detail = {"field": "mode", "type": "nominal"}
    band = {
        "mark": {"type": "area", "opacity": 0.18},
        "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}, "color": tint, "detail": detail},
    }
    lines = {"mark": {"type": "line"}, "encoding": {"x": x, "y": y, "color": tint, "strokeDash": dash}}
    points = {
        "mark": {"type": "point", "filled": True, "opacity": 1, "size": 45},
        "encoding": {"x": x, "y": y, "color": tint, "detail": detail},
    }
    ends = [{"workers": x, "speed_up": y} for x, y in _ideal(scalings, domain[1])]
    ideal: Spec = {
        "data": {"values": ends},
        "mark": {"type": "line", "color": INK, "strokeDash": [1, 3]},
        "encoding": {"x": x, "y": y},
    }
    return [ideal, band, lines, points]
