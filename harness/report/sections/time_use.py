"""Where the time of each case goes: it shows whether a case is slow because of its work or because it waits."""

from harness.analysis.results.time_use import TimeUse, TimeUseQuantity
from harness.records import Side, Workload
from harness.report.results import Results
from harness.report.sections.part import NO_NUMBER, Cell, Part, Table, case_label, words
from harness.report.text.escape import Markdown, markdown
from harness.report.text.numbers import unit_for, with_bounds

COLUMNS: tuple[tuple[TimeUseQuantity, str], ...] = (
    ("cpu_seconds", "CPU time"),
    ("parallelism", "CPUs at work"),
    ("start_seconds", "start"),
    ("work_seconds", "work"),
    ("stop_seconds", "stop"),
    ("voluntary_switches", "voluntary switches"),
    ("involuntary_switches", "involuntary switches"),
)


def usage_part(results: Results, workload: Workload) -> Part:
    """Return the table with how to read it."""
    unit, table = usage_table(results, workload)
    return Part(
        title=Markdown("Where the time goes: CPU time, CPUs at work, start / work / stop, context switches"),
        paragraphs=(Markdown(_reading(unit)),),
        table=table,
        folded=True,
    )


def usage_table(results: Results, workload: Workload) -> tuple[str, Table]:
    """Return the unit of all seconds, and a row per case and arm; everything is per loop."""
    of_workload = results.of(workload)
    unit, unit_seconds = unit_for(of_workload.times.values())
    sides = [case.under(arm.label) for case in of_workload.cases for arm in results.experiment.arms]
    rows = (_row(side, results.usages[side], unit_seconds) for side in sides if side in results.usages)
    return unit, Table(header=tuple(map(Markdown, ("", "arm", *(name for _, name in COLUMNS)))), rows=tuple(rows))


def _reading(unit: str) -> str:
    return (
        f"Per loop, times in {unit}: arithmetic means over blocks. CPU time is the user and system time of the process "
        "and its children. CPUs at work is CPU time divided by the whole span. If it is close to the number of "
        "workers, the work itself takes the time; close to 1, the work does not run in parallel; below 1, the case "
        "waits. A voluntary switch is a wait (for I/O, a lock or the GIL). At an involuntary one the thread could have "
        "run on: the kernel gave its CPU to another, or the thread offered it. Free-threaded builds offer it up to 40 "
        "times before they wait for a lock, which makes most of their involuntary switches in processes "
        "(experiments/spinning). Start, work and stop add up to the whole span. The CPU time of processes that a fork "
        "server started is not known."
    )


def _row(side: Side, usage: TimeUse, unit_seconds: float) -> tuple[Cell, ...]:
    cells = (_cell(usage, quantity, unit_seconds) for quantity, _ in COLUMNS)
    return words(case_label(side)), Cell(markdown(side.arm)), *cells


def _cell(usage: TimeUse, quantity: TimeUseQuantity, unit_seconds: float) -> Cell:
    amount = usage.amounts.get(quantity)
    if amount is None:
        return NO_NUMBER
    size = unit_seconds if quantity.endswith("_seconds") else 1.0
    return Cell(Markdown(with_bounds(amount, size)), amount.point)
