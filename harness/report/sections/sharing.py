"""What sharing an object costs, and what the answers of a workload count."""

from collections.abc import Sequence

from harness.analysis.arm_roles import free_threaded_arms, rivals
from harness.records import Arm, Contrast, Side, Trial, Workload
from harness.report.results import Results
from harness.report.sections.part import NO_NUMBER, Cell, Part, Table, by_arm, case_label, ratio_cell, words
from harness.report.text.escape import Markdown, markdown
from harness.report.text.numbers import bounds, counted, plain_ratio

READING = Markdown(
    "Speed-up over serial under the same arm, whole span, with its interval. Compare how the settings of one object "
    "scale: a setting that is private to each worker shows how far the work scales when nothing is shared."
)


def sharing_part(results: Results) -> Part | None:
    """Return the speed-ups of workloads with settings; None when there are none."""
    table = settings_table(results)
    return Part(title=Markdown("What sharing costs"), paragraphs=(READING,), table=table) if table else None


def settings_table(results: Results) -> Table:
    """Return speed-ups over serial under the same arm, whole span: rows objects, settings and cases, columns arms."""
    arms = [arm.label for arm in results.experiment.arms]
    rows = []
    for workload in results.experiment.workloads:
        name, at, setting = workload.name.rpartition("@")
        if not at or workload.point is not None:
            continue
        for case in (case for case in results.of(workload).cases if case.mode != "serial"):
            cells = [ratio_cell(results.speed_ups.get(case.under(arm))) for arm in arms]
            rows.append((Cell(markdown(name)), Cell(markdown(setting)), words(case_label(case)), *cells))
    header = (*map(Markdown, ("object", "setting", "case")), *map(markdown, arms))
    return Table(header=header, rows=tuple(rows))


def sharing_sentence(results: Results, family: str) -> Markdown | None:
    """Return how the settings of an object scale without the GIL and with it, in threads; None where none was measured.

    At the most workers that do not ask for more CPUs than there are.
    """
    experiment = results.experiment
    points = [workload.name for workload in experiment.workloads if workload.family == family]
    threads = [
        planned.case
        for planned in experiment.cases
        if planned.case.workload in points and planned.case.mode == "threads"
    ]
    workers = max((case.workers for case in threads if case.workers <= experiment.machine.usable_cpus), default=0)
    sides = [case for case in threads if case.workers == workers]
    siblings = [(arm, rivals(experiment, arm).sibling) for arm in free_threaded_arms(experiment)]
    arms = [arm for pair in siblings for arm in pair if arm is not None]
    clauses = [
        _settings(arm, [(case.workload, results.speed_ups.get(case.under(arm.label))) for case in sides])
        for arm in arms
    ]
    clauses = [clause for clause in clauses if clause]
    if not clauses:
        return None
    return Markdown(
        f"{markdown(family)} with {workers} threads, speed-up over serial under the same arm: {'; '.join(clauses)}."
    )


def _settings(arm: Arm, speed_ups: Sequence[tuple[str, Contrast | None]]) -> str:
    """Return "on 3.13t shared 0.50 [0.48, 0.52], private 1.90 [1.85, 1.95]"; nothing where none was estimated."""
    settings = [
        f"{markdown(name.rpartition('@')[2])} {plain_ratio(speed_up.estimate)} {bounds(speed_up.estimate)}"
        for name, speed_up in speed_ups
        if speed_up
    ]
    return f"on {markdown(arm.label)} {', '.join(settings)}" if settings else ""


def counted_part(results: Results, workload: Workload) -> Part | None:
    """Return what a workload's answers add up to; None where they count nothing."""
    table = counted_table(results, workload)
    reading = (
        f"The answers count {markdown(workload.answers_count or '')}. Each cell has the sum over all measured loops; "
        "below it, the fewest and the most in one loop, each as the mean of a trial. There are no intervals, because "
        "how often threads meet differs from trial to trial."
    )
    return Part(paragraphs=(Markdown(reading),), table=table) if table else None


def counted_table(results: Results, workload: Workload) -> Table:
    """Return what a workload's answers add up to, over all loops measured: rows cases, columns arms.

    Below a sum the fewest and the most in a loop, each a trial's mean. No rows where the answers count nothing.
    """
    of_workload = results.of(workload)
    arms = [arm.label for arm in results.experiment.arms]

    def cell(side: Side) -> Cell:
        return _sum([trial for trial in of_workload.by_side.get(side, ()) if trial.counted is not None])

    return by_arm(of_workload.cases if workload.answers_count else (), arms, cell)


def _sum(trials: Sequence[Trial]) -> Cell:
    if not trials:
        return NO_NUMBER
    amounts = [(trial.counted or 0, trial.loops * len(trial.values)) for trial in trials]
    total = sum(amount for amount, _ in amounts)
    loops = counted(sum(loops for _, loops in amounts), "loop")
    if not total:
        return Cell(Markdown(f"none in {loops}"), 0)
    means = [amount / loops for amount, loops in amounts]
    return Cell(Markdown(f"{total} in {loops}<br>{min(means):.0f} to {max(means):.0f} per loop"), total)
