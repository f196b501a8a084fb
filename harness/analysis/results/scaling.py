"""How a case scales with its workers: speed-up, efficiency, and Karp and Flatt's serial fraction, with intervals."""

from collections.abc import Iterator

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from harness.analysis.results.contrasts import estimated
from harness.analysis.samples.readings import Readings
from harness.records import Contrast, Estimate, Experiment, Mode, Pair, Side, Workload

CONCURRENT = ("threads", "processes", "asyncio")


class Scaling(Struct, frozen=True, kw_only=True):
    """One concurrent side, whole span. `over_own` and `over_best` are contrasts with serial cases.

    `over_own`: against the serial case of the same arm; `over_best`: against the shortest serial case of all arms with
    a GIL, picked from the same trials. `speed_up` and `over_best_serial` are these, times the workers if the work grew
    with them. `processors` are the CPUs that the workers can use at once. `efficiency` and `serial_fraction` of threads
    are over serial-after-thread where it was measured, because threads run in the state that starting one leaves
    behind. Both are None for a service, whose serial case does its work in the thread that answers. `serial_fraction`
    is None for one processor, where it is not defined, and for weak scaling, whose speed-up is not that of one amount
    of work.
    """

    side: Side
    processors: int
    oversubscribed: bool
    over_own: Contrast
    over_best: Contrast | None
    speed_up: Estimate
    over_best_serial: Estimate | None
    efficiency: Estimate | None
    serial_fraction: Estimate | None


def scalings(experiment: Experiment, readings: Readings) -> list[Scaling]:
    """Return the scaling of every concurrent side that shares a block with its arm's serial case, in planned order."""
    return [scaling for workload in experiment.workloads for scaling in _of_workload(experiment, readings, workload)]


def best_serial(experiment: Experiment, readings: Readings, workload: str) -> Side | None:
    """Return the serial side of an arm with a GIL that took the least time, by its mean over blocks."""
    with_gil = {arm.label for arm in experiment.arms if arm.gil_expected}
    sides = [
        side for side in readings.rows if side.workload == workload and side.mode == "serial" and side.arm in with_gil
    ]
    return min(
        sides, key=lambda side: float(np.nanmean(readings.log_seconds["whole"][readings.rows[side]])), default=None
    )


def _of_workload(experiment: Experiment, readings: Readings, workload: Workload) -> Iterator[Scaling]:
    sides = [
        planned.case.under(arm.label)
        for arm in experiment.arms
        for planned in experiment.cases
        if planned.case.workload == workload.name and planned.case.mode in CONCURRENT
    ]
    best = best_serial(experiment, readings, workload.name)
    own = _over(experiment, readings, [(side, _single(side, "serial")) for side in sides])
    in_threads = [(side, _single(side, "serial-after-thread")) for side in sides if side.mode == "threads"]
    after_thread = _over(experiment, readings, in_threads)
    shortest = _over(experiment, readings, [(side, best) for side in sides if best is not None])
    for side in sides:
        if side in own:
            yield _scaling(experiment, workload, own[side], shortest.get(side), after_thread.get(side))


def _single(side: Side, mode: Mode) -> Side:
    return Side(workload=side.workload, mode=mode, workers=1, arm=side.arm)


def _over(experiment: Experiment, readings: Readings, sides: list[tuple[Side, Side]]) -> dict[Side, Contrast]:
    pairs = [Pair(subject=subject, baseline=baseline, primary=False) for subject, baseline in sides]
    return {contrast.subject: contrast for contrast in estimated(experiment, readings, pairs, "whole")}


def _scaling(
    experiment: Experiment, workload: Workload, own: Contrast, best: Contrast | None, after_thread: Contrast | None
) -> Scaling:
    """Waiting needs no CPU, so only CPU-bound work has as many processors as there are CPUs at most."""
    workers, weak = own.subject.workers, experiment.settings.scaling == "weak"
    oversubscribed = workload.bound == "cpu" and workers > experiment.machine.usable_cpus
    processors = experiment.machine.usable_cpus if oversubscribed else workers
    grown = workers if weak else 1
    speed_up = own.estimate.times(grown)
    in_parallel = (after_thread or own).estimate.times(grown)
    service = workload.clients is not None
    return Scaling(
        side=own.subject,
        processors=processors,
        oversubscribed=oversubscribed,
        over_own=own,
        over_best=best,
        speed_up=speed_up,
        over_best_serial=None if best is None else best.estimate.times(grown),
        efficiency=None if service else in_parallel.times(1 / processors),
        serial_fraction=None if service or weak or processors == 1 else karp_flatt(in_parallel, processors),
    )


def per_second(experiment: Experiment, contrast: Contrast) -> Contrast:
    """Return a contrast with a serial case as work per second where the work grew with the workers, else as it is."""
    if experiment.settings.scaling == "strong" or contrast.baseline.mode != "serial":
        return contrast
    return replace(contrast, estimate=contrast.estimate.times(contrast.subject.workers))


def karp_flatt(speed_up: Estimate, processors: int) -> Estimate:
    """Return the share of the work that looks serial, e = (1/S − 1/p) / (1 − 1/p), for p > 1 processors.

    It falls as the speed-up rises, so the interval's ends change places; below 0 the speed-up is more than p.
    Source: Karp and Flatt, "Measuring Parallel Processor Performance", Communications of the ACM 33 (1990) 539–543.
    """

    def fraction(ratio: float) -> float:
        return (1 / ratio - 1 / processors) / (1 - 1 / processors)

    low, high = speed_up.interval or (None, None)
    return Estimate(
        fraction(speed_up.point),
        None if high is None else fraction(high),
        None if low is None else fraction(low),
        speed_up.blocks,
    )
