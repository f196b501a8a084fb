"""Speed-up over workers: a table for CPU-bound work, and the sentences about its picture."""

from harness.analysis.results.scaling import Scaling
from harness.analysis.statistics.signed_rank import Estimate
from harness.records import Experiment, Workload
from harness.report.results import Results
from harness.report.sections.table import MISSING, Part, Table, case_label
from harness.report.text.escape import markdown
from harness.report.text.numbers import counted

IDEAL = "the dotted line is the ideal, as many times as fast as workers can be at work"


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
            factor_cell(each, each.speed_up),
            factor_cell(each, each.efficiency),
            factor_cell(each, each.serial_fraction),
            factor_cell(each, each.worth),
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


def factor_cell(each: Scaling, estimate: Estimate | None) -> str:
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


OVER_SERIAL = {
    "strong": "the speed-up over serial",
    "weak": "the efficiency, time(serial) / time(n workers with n times serial's jobs),",
}


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
