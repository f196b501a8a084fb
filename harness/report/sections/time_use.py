"""Where the time of each case goes, so that "slow" and "not parallel" can be told apart."""

from harness.analysis.results.time_use import Quantity, Usage
from harness.records import Side
from harness.report.results import Results, whole_times
from harness.report.sections.table import MISSING, Table, case_label, cases_of
from harness.report.text.escape import markdown
from harness.report.text.numbers import unit_for, with_bounds

COLUMNS: tuple[tuple[Quantity, str], ...] = (
    ("cpu_seconds", "CPU time"),
    ("parallelism", "CPUs at work"),
    ("start_seconds", "start"),
    ("work_seconds", "work"),
    ("stop_seconds", "stop"),
    ("voluntary_switches", "voluntary switches"),
    ("involuntary_switches", "involuntary switches"),
)


def usage_table(results: Results, workload: str) -> Table:
    """Return a row per case and arm: seconds in the unit of the workload's times, everything per loop."""
    _, unit_seconds = unit_for(time for side, time in whole_times(results).items() if side.workload == workload)
    found = results.usages
    sides = [case.under(arm.label) for case in cases_of(results, workload) for arm in results.experiment.arms]
    rows = (_row(side, found[side], unit_seconds) for side in sides if side in found)
    return Table(header=("", "arm", *(name for _, name in COLUMNS)), rows=tuple(rows))


def _row(side: Side, usage: Usage, unit_seconds: float) -> tuple[str, ...]:
    cells = (_cell(usage, quantity, unit_seconds) for quantity, _ in COLUMNS)
    return case_label(side), markdown(side.arm), *cells


def _cell(usage: Usage, quantity: Quantity, unit_seconds: float) -> str:
    amount = usage.amounts.get(quantity)
    if amount is None:
        return MISSING
    size = unit_seconds if quantity.endswith("_seconds") else 1.0
    return with_bounds(amount, usage.blocks, size)
