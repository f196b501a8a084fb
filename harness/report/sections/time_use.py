"""Where the time of each case goes: it shows whether a case is slow because of its work or because it waits."""

from collections.abc import Mapping

from harness.analysis.results.time_use import TimeUse, TimeUseQuantity
from harness.records import Side, Workload
from harness.report.results import Results
from harness.report.sections.part import NO_NUMBER, Cell, Part, Table, case_label, words
from harness.report.text.escape import Markdown, markdown
from harness.report.text.numbers import unit_for, with_bounds

Columns = tuple[tuple[TimeUseQuantity, str], ...]

# What runs of every age have; the other columns are there where a run has them.
ALWAYS: tuple[TimeUseQuantity, ...] = (
    *("cpu_seconds", "parallelism", "start_seconds", "work_seconds", "stop_seconds"),
    *("voluntary_switches", "involuntary_switches"),
)
COLUMNS: Columns = (
    ("cpu_seconds", "CPU time"),
    ("system_cpu_seconds", "of it system"),
    ("parallelism", "CPUs at work"),
    ("start_seconds", "start"),
    ("work_seconds", "work"),
    ("stop_seconds", "stop"),
    ("run_delay_seconds", "waiting for a CPU"),
    ("minor_faults", "page faults"),
    ("voluntary_switches", "voluntary switches"),
    ("involuntary_switches", "involuntary switches"),
)


def usage_part(results: Results, workload: Workload) -> Part:
    """Return the table with how to read it."""
    unit, table = usage_table(results, workload)
    return Part(
        title=Markdown("Where the time goes: CPU time, CPUs at work, start / work / stop, context switches"),
        paragraphs=(Markdown(_reading(unit, dict(_columns(results)))),),
        table=table,
        folded=True,
    )


def usage_table(results: Results, workload: Workload) -> tuple[str, Table]:
    """Return the unit of all seconds, and a row per case and arm; everything is per loop."""
    of_workload = results.of(workload)
    unit, unit_seconds = unit_for(of_workload.times.values())
    sides = [case.under(arm.label) for case in of_workload.cases for arm in results.experiment.arms]
    columns = _columns(results)
    rows = (_row(side, results.usages[side], unit_seconds, columns) for side in sides if side in results.usages)
    return unit, Table(header=tuple(map(Markdown, ("", "arm", *(name for _, name in columns)))), rows=tuple(rows))


def _columns(results: Results) -> Columns:
    known = {quantity for usage in results.usages.values() for quantity in usage.amounts}
    return tuple((quantity, name) for quantity, name in COLUMNS if quantity in ALWAYS or quantity in known)


def _reading(unit: str, columns: Mapping[TimeUseQuantity, str]) -> str:
    delay = (
        " Waiting for a CPU adds up how long each thread was ready to run without one, up to the last answer; threads "
        "that end before are not in it."
        if "run_delay_seconds" in columns
        else ""
    )
    faults = " Page faults are minor ones, which need no disk." if "minor_faults" in columns else ""
    return (
        f"Per loop, times in {unit}: arithmetic means over blocks. CPU time is the user and system time of the process "
        "and its children. CPUs at work is CPU time divided by the whole span. If it is close to the number of "
        "workers, the work itself takes the time; close to 1, the work does not run in parallel; below 1, the case "
        "waits. A voluntary switch is a wait (for I/O, a lock or the GIL). At an involuntary one the thread could have "
        "run on: the kernel gave its CPU to another, or the thread offered it. Free-threaded builds offer it up to 40 "
        "times before they wait for a lock, which makes most of their involuntary switches in processes "
        "(experiments/spinning). Start, work and stop add up to the whole span. The CPU time of processes that a fork "
        f"server started is not known.{delay}{faults}"
    )


def _row(side: Side, usage: TimeUse, unit_seconds: float, columns: Columns) -> tuple[Cell, ...]:
    cells = (_cell(usage, quantity, unit_seconds) for quantity, _ in columns)
    return words(case_label(side)), Cell(markdown(side.arm)), *cells


def _cell(usage: TimeUse, quantity: TimeUseQuantity, unit_seconds: float) -> Cell:
    amount = usage.amounts.get(quantity)
    if amount is None:
        return NO_NUMBER
    size = unit_seconds if quantity.endswith("_seconds") else 1.0
    return Cell(Markdown(with_bounds(amount, size)), amount.point)
