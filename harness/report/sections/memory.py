"""Peak memory per case and arm, and beside it the time that it buys."""

from collections.abc import Iterator

from harness.analysis.results.arm_roles import free_threaded_arms, rivals
from harness.analysis.results.memory import Peaks, peak, peaks, ratio
from harness.records import Arm, Case, Side, Workload
from harness.report.published_ratios import literature
from harness.report.results import Results
from harness.report.sections.table import MISSING, Table, case_label, cases_of
from harness.report.sentences.facts import Facts, case_of, facts_of, main_case, serial_case
from harness.report.text.escape import markdown
from harness.report.text.numbers import ratio_with_bounds, with_bounds

MEBIBYTE = 2.0**20


def memory_table(results: Results, workload: str) -> Table:
    """Return the peaks in MiB, and below them how many times serial's they are; no rows where none was measured."""
    found = _peaks(results)
    arms = [arm.label for arm in results.experiment.arms]
    cases = cases_of(results, workload)
    serial = next((case for case in cases if case.mode == "serial"), None)
    rows = tuple((case_label(case), *(_cell(found, case.under(arm), serial) for arm in arms)) for case in cases)
    measured = any(side.workload == workload for side in found)
    return Table(header=("", *map(markdown, arms)), rows=rows if measured else ())


def memory_sentences(results: Results, workload: Workload) -> tuple[str, ...]:
    """Return what memory buys on each free-threaded arm, and what its build costs; none where it was not measured."""
    facts, found = facts_of(results, workload, markdown), _peaks(results)
    arms = free_threaded_arms(results.experiment)
    return tuple(text for arm in arms for text in (*_bought(facts, found, arm), *_cost(facts, found, arm)))


def _peaks(results: Results) -> Peaks:
    return peaks(results.experiment, results.journal.trials)


def _cell(found: Peaks, side: Side, serial: Case | None) -> str:
    measured = peak(found, side)
    if measured is None:
        return MISSING
    shown = with_bounds(measured, len(found[side]), MEBIBYTE)
    baseline = serial.under(side.arm) if serial is not None and side.case != serial else None
    compared = _compared(found, side, baseline) if baseline is not None else None
    return f"{shown}<br>{compared}×" if compared else shown


def _compared(found: Peaks, subject: Side, baseline: Side) -> str | None:
    known = ratio(found, subject, baseline)
    return None if known is None else with_bounds(known[0], known[1])


def _bought(facts: Facts, found: Peaks, arm: Arm) -> Iterator[str]:
    """Threads against as many processes, of the build with a GIL where there is one: speed and memory together."""
    case = main_case(facts)
    processes = case_of(facts, "processes", case.workers) if case is not None and case.mode == "threads" else None
    other = rivals(facts.experiment, arm).sibling or arm
    if case is None or processes is None:
        return
    speed = facts.contrast((case, arm), (processes, other))
    memory = _compared(found, case.under(arm.label), processes.under(other.label))
    if speed is not None and memory is not None:
        yield (
            f"Of {facts.shown(facts.workload.name)}, {case_label(case)} on {facts.shown(arm.label)} reach "
            f"{ratio_with_bounds(speed)} times the speed of {case_label(processes)} on {facts.shown(other.label)} with "
            f"{memory} of their peak memory."
        )


def _cost(facts: Facts, found: Peaks, arm: Arm) -> Iterator[str]:
    serial, sibling = serial_case(facts), rivals(facts.experiment, arm).sibling
    if serial is None or sibling is None:
        return
    memory = _compared(found, serial.under(arm.label), serial.under(sibling.label))
    if memory is not None:
        yield (
            f"On {facts.shown(arm.label)}, serial {facts.shown(facts.workload.name)} takes {memory} times "
            f"{facts.shown(sibling.label)}'s peak memory{_published()}."
        )


def _published() -> str:
    stated = [each for each in literature().stated if each.quantity == "memory"]
    return "".join(
        f"; {each.source} names {100 * each.more[0]:.0f} to {100 * each.more[1]:.0f} % more for {each.free_threaded}"
        for each in stated
    )
