"""Speed-up over workers: a table for CPU-bound work, and the sentences about its picture."""

from harness.analysis.results.scaling import Scaling
from harness.records import Estimate, Experiment, Workload
from harness.report.results import Results
from harness.report.sections.part import NO_NUMBER, Cell, Part, Table, case_label, estimate_cell, words
from harness.report.text.build_notes import build_notes, dagger
from harness.report.text.escape import Markdown, markdown
from harness.report.text.numbers import counted

IDEAL = "the dotted line is the ideal: a speed-up equal to the number of workers, up to the number of CPUs"
HEADER = tuple(map(Markdown, ("", "arm", "speed-up", "efficiency", "serial fraction", "over serial with a GIL")))
OVER_SERIAL = {
    "strong": "the speed-up over serial",
    "weak": "the efficiency, time(serial) / time(n workers with n times serial's jobs),",
}


def scaling_part(results: Results, workload: Workload) -> Part | None:
    """Return a row per case and arm of CPU-bound work, for other work the picture; None without a serial case."""
    scalings = scaled(results, workload)
    title = Markdown("Weak scaling" if _weak(results.experiment) else "Scaling")
    if workload.bound != "cpu":  # waiting needs no CPU, so efficiency and a serial fraction mean nothing here
        sentence = Markdown(f"Speed-up over serial under the same arm; {IDEAL}.")
        return Part(title=title, kind="scaling", paragraphs=(sentence,)) if worker_counts(scalings)[1:] else None
    if not scalings:
        return None
    rows = tuple(
        (
            words(case_label(scaling.side) + (", oversubscribed" if scaling.oversubscribed else "")),
            Cell(markdown(scaling.side.arm)),
            _cell(scaling.speed_up),
            _cell(scaling.efficiency),
            _cell(scaling.serial_fraction),
            _over_best(scaling),
        )
        for scaling in scalings
    )
    reading = Markdown(_reading(results.experiment, scalings))
    notes = build_notes(results.experiment, (scaling.over_best for scaling in scalings))
    return Part(title=title, kind="scaling", paragraphs=(reading,), table=Table(header=HEADER, rows=rows), notes=notes)


def worker_counts(scalings: list[Scaling]) -> list[int]:
    """Return the worker counts in rising order."""
    return sorted({scaling.side.workers for scaling in scalings})


def scaled(results: Results, workload: Workload) -> list[Scaling]:
    """Return a workload's scalings, in the order of arms and plan."""
    return [scaling for scaling in results.scalings if scaling.side.workload == workload.name]


def factor_text(estimate: Estimate) -> str:
    """Return a factor with its interval; it can be 0 or below, so it has fixed decimals."""
    if estimate.interval is None:
        return f"{estimate.point:.2f} ({counted(estimate.blocks, 'block')}, no interval)"
    low, high = estimate.interval
    narrow = (high - low) / 2 < 0.01  # noqa: PLR2004 - it would be shown as a point
    decimals = 3 if narrow else 2
    return f"{estimate.point:.{decimals}f} [{low:.{decimals}f}, {high:.{decimals}f}]"


def _cell(estimate: Estimate | None) -> Cell:
    return NO_NUMBER if estimate is None else estimate_cell(estimate, factor_text(estimate))


def _over_best(scaling: Scaling) -> Cell:
    if scaling.over_best is None or scaling.over_best_serial is None:
        return NO_NUMBER
    return estimate_cell(
        scaling.over_best_serial, f"{factor_text(scaling.over_best_serial)}{dagger(scaling.over_best)}"
    )


def _weak(experiment: Experiment) -> bool:
    return experiment.settings.scaling == "weak"


def _reading(experiment: Experiment, scalings: list[Scaling]) -> str:
    ideal = f" In the picture, {IDEAL}." if worker_counts(scalings)[1:] else ""
    more = f"{_oversubscribed(experiment, scalings)}{ideal}"
    if _weak(experiment):
        return (
            "The work grows with the workers. Speed-up is workers × time(serial) / time, where serial has one worker's "
            "work under the same arm; efficiency is speed-up / processors. Work that grows has no serial fraction."
            f"{more}"
        )
    best = [scaling.over_best.baseline.arm for scaling in scalings if scaling.over_best]
    shortest = (
        f" The last column is over serial on {markdown(best[0])}, the serial case with the shortest mean time of all "
        "arms with a GIL; the same trials choose this case and measure it."
        if best
        else ""
    )
    return f"Speed-up is over serial under the same arm.{_parallel(experiment, scalings)}{shortest}{more}"


def _parallel(experiment: Experiment, scalings: list[Scaling]) -> str:
    if all(scaling.efficiency is None for scaling in scalings):
        return " A service has no efficiency or serial fraction: its serial case computes in the thread that answers."
    measured = {planned.case.workload for planned in experiment.cases if planned.case.mode == "serial-after-thread"}
    over = (
        " Both are over serial-after-thread for threads, which run in the state that starting one leaves behind."
        if any(scaling.side.workload in measured and scaling.side.mode == "threads" for scaling in scalings)
        else ""
    )
    return (
        " Efficiency is speed-up / processors. The serial fraction is Karp and Flatt's: the share of the work that "
        f"does not seem to run in parallel.{over}"
    )


def _oversubscribed(experiment: Experiment, scalings: list[Scaling]) -> str:
    if not any(scaling.oversubscribed for scaling in scalings):
        return ""
    cpus = counted(experiment.machine.usable_cpus, "usable CPU")
    return f" Oversubscribed cases have more workers than the {cpus}; their processors are the CPUs."


def scaling_line(experiment: Experiment) -> Markdown | None:
    """Return what a reader has to know about a run with weak scaling; None where the workers share the work."""
    if experiment.settings.scaling == "strong":
        return None
    return Markdown(
        "Weak scaling: the work grows with the workers. A case with n workers does serial's jobs n times. In the "
        "tables of times and contrasts its ratio over serial is therefore an efficiency: 1 means n times the work in "
        "the same time. Sentences and the scaling table compare work per second, which is n times that ratio. Cases "
        "with the same number of workers have the same work and compare as usual. There is no table of shortest times."
    )


def jobs_of(experiment: Experiment, workload: Workload) -> str:
    """Return "16 jobs", or "16 jobs for each worker"."""
    jobs = counted(workload.jobs, "job")
    return f"{jobs} for each worker" if _weak(experiment) else jobs
