"""The sentences about I/O-bound work: which way of waiting is faster, at as many workers for every mode."""

from harness.analysis.results.arm_roles import free_threaded_arms, rivals
from harness.records import Arm, Case, Contrast, Mode
from harness.report.sections.table import case_label
from harness.report.sentences.cpu_bound import GIL_ON
from harness.report.sentences.facts import Facts
from harness.report.text import phrases

WAYS: tuple[Mode, ...] = ("threads", "processes", "asyncio")
AGAINST: tuple[tuple[Mode, Mode], ...] = (("asyncio", "threads"), ("threads", "processes"))
IN_MODES = tuple((manner, f"{phrase.removesuffix(' on')} in") for manner, phrase in phrases.OVER_PROCESSES)


def waiting(facts: Facts) -> tuple[str, ...]:
    """Return modes against modes, then arms against arms; empty if none was estimated. The tables have the rest."""
    cases = compared_cases(facts)
    found = [
        *(_mode_against(facts, cases.get(subject), cases.get(baseline)) for subject, baseline in AGAINST),
        *(_arm_against(facts, arm, list(cases.values())) for arm in free_threaded_arms(facts.experiment)),
    ]
    return tuple(text for text in found if text is not None)


def compared_cases(facts: Facts) -> dict[Mode, Case]:
    """Return a case per mode: at the largest worker count that all have in common, else each at its own largest."""
    planned = {mode: [case for case in facts.cases if case.mode == mode] for mode in WAYS}
    counts = [{case.workers for case in cases} for cases in planned.values() if cases]
    common = set.intersection(*counts) if counts else set()
    return {
        mode: max(cases, key=lambda case: (case.workers == max(common, default=0), case.workers))
        for mode, cases in planned.items()
        if cases
    }


def _mode_against(facts: Facts, subject: Case | None, baseline: Case | None) -> str | None:
    """A mode against another one under the same arm, arm by arm."""
    if subject is None or baseline is None:
        return None
    contrasts = [
        (facts.shown(arm.label), contrast)
        for arm in facts.experiment.arms
        if (contrast := facts.contrast((subject, arm), (baseline, arm)))
    ]
    if not contrasts:
        return None
    said = phrases.per_arm(contrasts, phrases.manner, phrases.OVER_PROCESSES)
    doing = f"{phrases.with_workers(facts, subject)}, {facts.shown(facts.workload.name)} in {subject.mode}"
    return f"{doing} against {baseline.mode} under the same arm: {said}."


def _arm_against(facts: Facts, arm: Arm, cases: list[Case]) -> str | None:
    """A free-threaded arm against its sibling and against itself with the GIL on, mode by mode."""
    with_gil, sibling = rivals(facts.experiment, arm)
    parts = []
    for other, there in ((sibling, facts.shown(sibling.label) if sibling else ""), (with_gil, GIL_ON)):
        contrasts = [
            (case, contrast) for case in cases if other and (contrast := facts.contrast((case, arm), (case, other)))
        ]
        if contrasts:
            parts.append(f"against {there}: {_in_modes(contrasts, cases)}")
    if not parts:
        return None
    what = f"{facts.shown(facts.workload.name)} on {facts.shown(arm.label)} {'; '.join(parts)}."
    return f"{phrases.with_workers(facts, cases[0])}, {what}" if _equal_workers(cases) else what


def _in_modes(contrasts: list[tuple[Case, Contrast]], cases: list[Case]) -> str:
    equal = _equal_workers(cases)
    labelled = [(case.mode if equal else case_label(case), contrast) for case, contrast in contrasts]
    return phrases.per_arm(labelled, phrases.manner, IN_MODES)


def _equal_workers(cases: list[Case]) -> bool:
    return len({case.workers for case in cases}) == 1
