"""Speed-up over workers: a table for CPU-bound work, and a picture for all."""

from harness.analysis.results.scaling import Scaling
from harness.analysis.statistics.signed_rank import Estimate
from harness.records import Experiment, Workload
from harness.report.pictures.vega import INK, PANEL_WIDTH, Spec, colour, ratio_axis
from harness.report.results import Results
from harness.report.sections.table import MISSING, Part, Table, case_label
from harness.report.text.escape import markdown, one_line
from harness.report.text.numbers import counted
from harness.report.text.phrases import enumerated

ROOM = 1.1  # beyond the highest and lowest interval
IDEAL = "the dotted line is the ideal, as many times as fast as workers can be at work"
DASHES = {"threads": (1, 0), "processes": (6, 4), "asyncio": (2, 2)}


def scaling_part(results: Results, workload: Workload) -> Part | None:
    """Return a row per case and arm of CPU-bound work, for other work the picture; None without a serial case."""
    found = scaled(results, workload)
    if workload.bound != "cpu":
        return _picture_only(results) if worker_counts(found)[1:] else None
    if not found:
        return None
    header = ("", "arm", "speed-up", "efficiency", "serial fraction", "worth switching")
    rows = tuple(
        (
            case_label(each.side) + (", oversubscribed" if each.oversubscribed else ""),
            markdown(each.side.arm),
            _shown(each, each.speed_up),
            _shown(each, each.efficiency),
            _shown(each, each.serial_fraction),
            _shown(each, each.worth),
        )
        for each in found
    )
    return Part(
        title="Weak scaling" if _weak(results) else "Scaling",
        kind="scaling",
        sentences=(_meaning(results, found),),
        table=Table(header=header, rows=rows),
    )


def _picture_only(results: Results) -> Part:
    """Waiting needs no CPU, so efficiency and a serial fraction would say nothing of it."""
    return Part(
        title="Weak scaling" if _weak(results) else "Scaling",
        kind="scaling",
        sentences=(f"Speed-up over serial under the same arm; {IDEAL}.",),
        table=Table(header=(), rows=()),
    )


def worker_counts(found: list[Scaling]) -> list[int]:
    """Return the worker counts in rising order."""
    return sorted({each.side.workers for each in found})


def scaled(results: Results, workload: Workload) -> list[Scaling]:
    """Return a workload's scalings, in the order of arms and plan."""
    return [each for each in results.scalings if each.side.workload == workload.name]


def _weak(results: Results) -> bool:
    return results.experiment.settings.scaling == "weak"


def _shown(each: Scaling, estimate: Estimate | None) -> str:
    """These can be 0 or below, so they have fixed decimals."""
    if estimate is None:
        return MISSING
    if estimate.low is None or estimate.high is None:
        return f"{estimate.point:.2f} ({counted(each.over_own.blocks, 'block')}, no interval)"
    narrow = (estimate.high - estimate.low) / 2 < 0.01  # noqa: PLR2004 - it would be shown as a point
    decimals = 3 if narrow else 2
    low, high = (f"{end:.{decimals}f}" for end in (estimate.low, estimate.high))
    return f"{estimate.point:.{decimals}f} [{low}, {high}]"


def _meaning(results: Results, found: list[Scaling]) -> str:
    cpus = counted(results.experiment.machine.usable_cpus, "usable CPU")
    over = f" Cases with more workers than the {cpus} are oversubscribed: " if _oversubscribed(found) else ""
    over += "their processors are the CPUs." if over else ""
    ideal = f" In the picture {IDEAL}." if worker_counts(found)[1:] else ""
    if _weak(results):
        return (
            "The work grows with the workers: speed-up is workers × time(serial) / time, serial under the same arm and "
            "with one worker's work, and efficiency is speed-up / processors. A serial fraction is not defined for "
            f"work that grows.{over}{ideal}"
        )
    best = [each.over_best.baseline.arm for each in found if each.over_best]
    worth = (
        f" *Worth switching* is the speed-up over serial on {markdown(best[0])}, the fastest serial of all arms with a "
        "GIL; the same trials pick it and are compared with it."
        if best
        else ""
    )
    return (
        "Speed-up is over serial under the same arm, efficiency is speed-up / processors, and the serial fraction is "
        f"Karp and Flatt's, the share of the work that looks serial.{worth}{over}{ideal}"
    )


def _oversubscribed(found: list[Scaling]) -> bool:
    return any(each.oversubscribed for each in found)


def scaling_picture(results: Results, workload: Workload) -> Spec | None:
    """Return speed-up over workers, a line per arm and mode with its band; None where no mode has two worker counts."""
    found = scaled(results, workload)
    if not worker_counts(found)[1:]:  # a line needs two points
        return None
    modes = [mode for mode in DASHES if any(each.side.mode == mode for each in found)]
    ends = [end for each in found for end in each.speed_up if end is not None]
    low, high = min(1.0, *ends) / ROOM, max(*ends, _ideal_end(found)) * ROOM
    rows = [
        {
            "arm": one_line(each.side.arm),
            "mode": each.side.mode,
            "workers": each.side.workers,
            "speed_up": each.speed_up.point,
            "low": each.speed_up.low,
            "high": each.speed_up.high,
            "ratio_said": _shown(each, each.speed_up),
            "blocks": each.over_own.blocks,
        }
        for each in found
    ]
    of = "weak scaling, speed-up" if _weak(results) else "speed-up"
    arms = [one_line(arm.label) for arm in results.experiment.arms]
    return {
        "title": f"{one_line(workload.name)}: {of} over serial on the same arm, in {enumerated(modes)}",
        "width": 1.5 * PANEL_WIDTH,
        "height": PANEL_WIDTH,
        "data": {"values": rows},
        "layer": _layers(found, arms, modes, (low, high)),
    }


def _ideal_end(found: list[Scaling]) -> float:
    """How far the axis follows the ideal line, which may leave the picture where no work comes near it."""
    highest = max(each.speed_up.high or each.speed_up.point for each in found)
    return min(max(each.processors for each in found), 2 * highest)


def _ideal(found: list[Scaling], end: float) -> list[tuple[float, float]]:
    """The ideal line, which rises with the workers up to the CPUs, as far as the axis goes."""
    line = sorted({(each.side.workers, each.processors) for each in found})
    inside = [(float(workers), float(processors)) for workers, processors in line if processors <= end]
    return inside if len(inside) == len(line) else [*inside, (end, end)]


def _layers(found: list[Scaling], arms: list[str], modes: list[str], domain: tuple[float, float]) -> list[Spec]:
    counts = worker_counts(found)
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
    ends = [{"workers": x, "speed_up": y} for x, y in _ideal(found, domain[1])]
    ideal: Spec = {
        "data": {"values": ends},
        "mark": {"type": "line", "color": INK, "strokeDash": [1, 3]},
        "encoding": {"x": x, "y": y},
    }
    return [ideal, band, lines, points]


OVER_SERIAL = {
    "strong": "the speed-up over serial",
    "weak": "the efficiency, time(serial) / time(n workers with n times serial's jobs),",
}
RATIO_AXIS = {"strong": "times as fast (more is better)", "weak": "efficiency (1 is ideal)"}


def scaling_line(experiment: Experiment) -> str | None:
    """Return what has to be known of a run with weak scaling; None where the workers share the work."""
    if experiment.settings.scaling == "strong":
        return None
    return (
        "Weak scaling: the work grows with the workers. A case with n workers does serial's jobs n times, so in the "
        "tables of times and contrasts its ratio over serial is an efficiency: 1 means n times the work in the same "
        "time; sentences and the table of scaling say it per unit of work, n times that. Cases with as many workers "
        "have the same work and compare as ever; which mode to choose is not asked."
    )


def jobs_of(experiment: Experiment, workload: Workload) -> str:
    """Return "16 jobs", or "16 jobs for each worker"."""
    jobs = counted(workload.jobs, "job")
    return f"{jobs} for each worker" if experiment.settings.scaling == "weak" else jobs
