"""From where ratios of threads without the GIL are above 1: over worker counts, and over the points of a series."""

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

from msgspec import Struct

from harness.analysis.arm_roles import free_threaded_arms, rivals
from harness.analysis.results.contrasts import estimated
from harness.analysis.results.scaling import per_second
from harness.analysis.samples.readings import Readings
from harness.records import Arm, Contrast, Experiment, Mode, Pair, Side, Workload

AGAINST: tuple[Mode, ...] = ("serial", "processes")


class BreakEven(Struct, frozen=True, kw_only=True):
    """From which worker count on ratios of threads of a free-threaded arm to its sibling in a mode are above 1.

    `contrasts` are in the order of their worker counts; processes have as many workers, serial has one. `workers` is
    the smallest count from which all intervals are above 1, None where the largest count's is not.
    """

    workload: str
    arm: str
    sibling: str
    against: Mode
    contrasts: tuple[Contrast, ...]
    workers: int | None


class Crossing(Struct, frozen=True, kw_only=True):
    """Where a curve crosses 1, upwards if `rising`; low and high are None where the interval leaves the range."""

    at: float
    low: float | None
    high: float | None
    rising: bool


class Curve(Struct, frozen=True, kw_only=True):
    """Contrasts of the same two sides over the points of a series, in rising order, whole span, and its crossings."""

    file: str
    series: str
    subject: str
    baseline: str
    points: tuple[tuple[int, Contrast], ...]
    crossings: tuple[Crossing, ...]


def break_evens(experiment: Experiment, readings: Readings) -> list[BreakEven]:
    """Return a break-even for every workload, free-threaded arm with a sibling, and mode that was measured there."""
    results: list[BreakEven] = []
    for workload in experiment.workloads:
        for arm in free_threaded_arms(experiment):
            sibling = rivals(experiment, arm).sibling
            if sibling is None:
                continue
            for against in AGAINST:
                pairs = [
                    _pair(workload.name, count, (arm, "threads"), (sibling, against))
                    for count in _counts(experiment, workload.name)
                ]
                estimates = tuple(_estimated(experiment, readings, pairs))
                if estimates:
                    results.append(_break_even(arm, sibling, against, estimates))
    return results


def _break_even(arm: Arm, sibling: Arm, against: Mode, contrasts: tuple[Contrast, ...]) -> BreakEven:
    above = None
    for contrast in reversed(contrasts):
        if contrast.estimate.low is None or contrast.estimate.low <= 1:
            break
        above = contrast.subject.workers
    workload = contrasts[0].subject.workload
    return BreakEven(
        workload=workload, arm=arm.label, sibling=sibling.label, against=against, contrasts=contrasts, workers=above
    )


def _counts(experiment: Experiment, workload: str, mode: Mode = "threads") -> list[int]:
    return sorted({e.case.workers for e in experiment.cases if (e.case.workload, e.case.mode) == (workload, mode)})


def _pair(workload: str, workers: int, subject: tuple[Arm, Mode], baseline: tuple[Arm, Mode]) -> Pair:
    sides = [
        Side(workload=workload, mode=mode, workers=1 if mode == "serial" else workers, arm=arm.label)
        for arm, mode in (subject, baseline)
    ]
    return Pair(subject=sides[0], baseline=sides[1], primary=False)


def _estimated(experiment: Experiment, readings: Readings, pairs: Sequence[Pair]) -> Iterator[Contrast]:
    return (per_second(experiment, contrast) for contrast in estimated(experiment, readings, pairs, "whole"))


def curves(experiment: Experiment, readings: Readings) -> list[Curve]:
    """Return the curves of every file that is a series, threads against processes and across arms; never empty ones."""
    files = dict.fromkeys(workload.file for workload in experiment.workloads if workload.series is not None)
    return [curve for file in files for curve in _of_file(experiment, readings, file)]


def _of_file(experiment: Experiment, readings: Readings, file: str) -> Iterator[Curve]:
    members = [workload for workload in experiment.workloads if workload.file == file and workload.point is not None]
    workers = _common_workers(experiment, members)
    if workers is None:
        return
    sides: list[tuple[tuple[Arm, Mode], tuple[Arm, Mode]]] = [
        ((arm, "threads"), (arm, "processes")) for arm in experiment.arms
    ]
    for arm in free_threaded_arms(experiment):
        sibling = rivals(experiment, arm).sibling
        if sibling is not None:
            sides += [((arm, "threads"), (sibling, mode)) for mode in reversed(AGAINST)]
    for subject, baseline in sides:
        points = _points(
            experiment, readings, [(workload, _pair(workload.name, workers, subject, baseline)) for workload in members]
        )
        if points:
            yield Curve(
                file=file,
                series=members[0].series or "",
                subject=f"{subject[1]} on {subject[0].label}",
                baseline=f"{baseline[1]} on {baseline[0].label}",
                points=points,
                crossings=crossings(points),
            )


def _common_workers(experiment: Experiment, members: Sequence[Workload]) -> int | None:
    """Return the largest worker count of threads at all points, one that processes share and the CPUs can hold."""
    counts = [set(_counts(experiment, workload.name)) for workload in members]
    common = set.intersection(*counts) if counts else set()
    shared = common.intersection(*(_counts(experiment, workload.name, "processes") for workload in members)) or common
    fitting = {count for count in shared if count <= experiment.machine.usable_cpus}
    return max(fitting, default=min(shared, default=None))


def _points(
    experiment: Experiment, readings: Readings, pairs: Sequence[tuple[Workload, Pair]]
) -> tuple[tuple[int, Contrast], ...]:
    places = {pair.subject.workload: workload.point or 0 for workload, pair in pairs}
    estimates = _estimated(experiment, readings, [pair for _, pair in pairs])
    return tuple(
        sorted(((places[contrast.subject.workload], contrast) for contrast in estimates), key=lambda point: point[0])
    )


def crossings(points: Sequence[tuple[int, Contrast]]) -> tuple[Crossing, ...]:
    """Return where the ratio crosses 1, between two points on straight lines in log-log axes.

    The interval reaches from where the band begins to hold 1 to where it ends. A point 0 has no place on a log axis.
    """
    placed = [(math.log(place), contrast) for place, contrast in points if place > 0]
    line = [(x, math.log(contrast.estimate.point)) for x, contrast in placed]
    lower = [(x, math.log(end)) for x, c in placed if (end := c.estimate.low) is not None]
    upper = [(x, math.log(end)) for x, c in placed if (end := c.estimate.high) is not None]
    results = []
    for at, rising in _zeros(line):
        # Before a rise the band has to have been below 1, and above it afterwards; before a fall the other way round.
        before, after = (upper, lower) if rising else (lower, upper)
        low = max((x for x, up in _zeros(before) if x <= at and up == rising), default=None)
        high = min((x for x, up in _zeros(after) if x >= at and up == rising), default=None)
        results.append(
            Crossing(
                at=math.exp(at),
                low=None if low is None else math.exp(low),
                high=None if high is None else math.exp(high),
                rising=rising,
            )
        )
    return tuple(results)


def _zeros(line: Sequence[tuple[float, float]]) -> list[tuple[float, bool]]:
    """Return where a line of straight pieces passes 0, and whether upwards."""
    crossings = []
    for (x, y), (next_x, next_y) in pairwise(line):
        if (y < 0) != (next_y < 0):
            crossings.append((x + (next_x - x) * y / (y - next_y), next_y > y))
    return crossings
