"""What sharing an object costs, and what a race lost: tables of the workloads that are about that."""

from collections.abc import Sequence

from harness.analysis.results.arm_roles import free_threaded_arms, rivals
from harness.records import Case, Side, Trial, Workload
from harness.report.results import Results, speed_ups
from harness.report.sections.table import MISSING, Table, case_label, cases_of
from harness.report.text.escape import markdown
from harness.report.text.numbers import bounds, counted, plain_ratio


def settings_table(results: Results) -> Table:
    """Return speed-ups over serial under the same arm, whole span: rows objects, settings and cases, columns arms.

    The settings of an object do not all do the same, so what compares is how each scales. No rows without settings.
    """
    faster = speed_ups(results)
    arms = [arm.label for arm in results.experiment.arms]
    rows = []
    for workload in results.experiment.workloads:
        name, at, setting = workload.name.rpartition("@")
        if not at or workload.point is not None:
            continue
        for case in (case for case in cases_of(results, workload.name) if case.mode != "serial"):
            found = [faster.get(case.under(arm)) for arm in arms]
            cells = [f"{plain_ratio(each)} {bounds(each)}" if each else MISSING for each in found]
            rows.append((markdown(name), markdown(setting), case_label(case), *cells))
    return Table(header=("object", "setting", "case", *map(markdown, arms)), rows=tuple(rows))


def sharing_sentence(results: Results, family: str) -> str | None:
    """Return how the settings of an object scale without the GIL and with it, in threads; None where none was measured.

    At the most workers that do not ask for more CPUs than there are.
    """
    experiment, faster = results.experiment, speed_ups(results)
    points = [workload.name for workload in experiment.workloads if workload.family == family]
    threads = [each.case for each in experiment.cases if each.case.workload in points and each.case.mode == "threads"]
    workers = max((case.workers for case in threads if case.workers <= experiment.machine.usable_cpus), default=0)
    most = [case for case in threads if case.workers == workers]
    told = []
    for free in free_threaded_arms(experiment):
        sibling = rivals(experiment, free).sibling
        for arm in (free, *([sibling] if sibling else [])):
            found = [(case.workload, faster.get(case.under(arm.label))) for case in most]
            said = [f"{markdown(name.rpartition('@')[2])} {plain_ratio(c)} {bounds(c)}" for name, c in found if c]
            told += [f"on {markdown(arm.label)} {', '.join(said)}"] if said else []
    if not told:
        return None
    return f"{markdown(family)} with {workers} threads, against serial under the same arm: {'; '.join(told)}."


def counted_table(results: Results, workload: Workload) -> Table:
    """Return what a workload's answers add up to, over all loops measured: rows cases, columns arms.

    Below a sum the fewest and the most in a loop, each a trial's mean. No rows where the answers count nothing.
    """
    seen: dict[Side, list[Trial]] = {}
    for trial in results.usable:
        if trial.workload == workload.name and trial.counted is not None:
            seen.setdefault(trial.side, []).append(trial)
    arms = [arm.label for arm in results.experiment.arms]

    def row(case: Case) -> tuple[str, ...]:
        return (case_label(case), *(_sum(seen.get(case.under(arm), ())) for arm in arms))

    rows = tuple(map(row, cases_of(results, workload.name))) if workload.answers_count else ()
    return Table(header=("", *map(markdown, arms)), rows=rows)


def _sum(trials: Sequence[Trial]) -> str:
    if not trials:
        return MISSING
    each = [(trial.counted or 0, trial.loops * len(trial.values)) for trial in trials]
    total, loops = sum(amount for amount, _ in each), counted(sum(loops for _, loops in each), "loop")
    if not total:
        return f"none seen in {loops}"
    means = [amount / loops for amount, loops in each]
    return f"{total} in {loops}<br>{min(means):.0f} to {max(means):.0f} in one"
