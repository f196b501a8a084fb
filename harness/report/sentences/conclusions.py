"""The first screen: a few sentences per workload, made from the numbers and from nothing else."""

from harness.analysis.results.arm_roles import free_threaded_arms
from harness.records import Case, Contrast
from harness.report.sections.table import case_label
from harness.report.sentences.after_thread import after_thread
from harness.report.sentences.cpu_bound import headline, serial_cost
from harness.report.sentences.facts import Facts, case_of, main_case, serial_case
from harness.report.sentences.io_bound import waiting
from harness.report.text import phrases
from harness.report.text.numbers import time_with_bounds, unit_for

MOST_TIMES = 4


def conclusions(facts: Facts) -> tuple[str, ...]:
    """Return the sentences about one workload, the most important first; never empty."""
    if not facts.times:
        return (f"No trial of {facts.shown(facts.workload.name)} was usable: nothing can be said about it.",)
    found = waiting(facts) if facts.workload.bound == "io" else _computing(facts)
    return found or _times_only(facts)


def _computing(facts: Facts) -> tuple[str, ...]:
    """CPU-bound work: what running without the GIL brings, and what it costs."""
    case = main_case(facts)
    arms = free_threaded_arms(facts.experiment)
    found = [
        *(headline(facts, case, arm) for arm in arms if case is not None),
        _over_serial(facts, case),
        _over_processes(facts, case),
        *(serial_cost(facts, arm) for arm in arms),
        after_thread(facts),
    ]
    return tuple(text for text in found if text is not None)


def _over_serial(facts: Facts, case: Case | None) -> str | None:
    """What the main case does in every arm, against the same arm's serial."""
    contrasts = _in_each_arm(facts, case, serial_case(facts))
    if case is None or not contrasts:
        return None
    said = phrases.per_arm(contrasts, phrases.speed_up, phrases.OVER_SERIAL)
    return f"{phrases.with_workers(facts, case)}, {case.mode} against serial under the same arm: {said}."


def _over_processes(facts: Facts, case: Case | None) -> str | None:
    """What the main case does in every arm, against the same arm's processes at as many workers."""
    processes = case_of(facts, "processes", case.workers) if case is not None else None
    contrasts = _in_each_arm(facts, case, processes)
    if case is None or not contrasts:
        return None
    said = phrases.per_arm(contrasts, phrases.manner, phrases.OVER_PROCESSES)
    return f"{phrases.with_workers(facts, case)}, {case.mode} against processes under the same arm: {said}."


def _in_each_arm(facts: Facts, subject: Case | None, baseline: Case | None) -> list[tuple[str, Contrast]]:
    """The contrast of two cases within each arm that has it, with the arm as shown."""
    if subject is None or baseline is None:
        return []
    return [
        (facts.shown(arm.label), contrast)
        for arm in facts.experiment.arms
        if (contrast := facts.contrast((subject, arm), (baseline, arm)))
    ]


def _times_only(facts: Facts) -> tuple[str, ...]:
    """Where there is nothing to compare: the times themselves, the first few."""
    unit, unit_seconds = unit_for(facts.times.values())
    shown = [
        f"{case_label(side)} on {facts.shown(side.arm)} takes {time_with_bounds(time, unit_seconds, unit)}"
        for side, time in facts.times.items()
    ]
    more = f" and {len(shown) - MOST_TIMES} more" if len(shown) > MOST_TIMES else ""
    return (
        f"{facts.shown(facts.workload.name)}: {'; '.join(shown[:MOST_TIMES])}{more}.",
        "There is nothing to compare this with.",
    )
