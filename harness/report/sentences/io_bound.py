"""The sentences about I/O-bound work: which way of waiting is faster, at as many workers for every mode."""

from harness.analysis.results.arm_roles import free_threaded_arms, rivals
from harness.records import Arm, Case, Contrast, Mode
from harness.report.sections.part import case_label
from harness.report.sentences.cpu_bound import GIL_ON
from harness.report.text import phrases
from harness.report.text.escape import Markdown, markdown
from harness.report.workload_results import WorkloadResults

WAYS: tuple[Mode, ...] = ("threads", "processes", "asyncio")
AGAINST: tuple[tuple[Mode, Mode], ...] = (("asyncio", "threads"), ("threads", "processes"))


def waiting(results: WorkloadResults) -> tuple[Markdown, ...]:
    """Return modes against modes, then arms against arms; empty if none was estimated. The tables have the rest."""
    cases = compared_cases(results)
    sentences = [
        *(_mode_against(results, cases.get(subject), cases.get(baseline)) for subject, baseline in AGAINST),
        *(_arm_against(results, arm, list(cases.values())) for arm in free_threaded_arms(results.experiment)),
    ]
    return tuple(Markdown(sentence) for sentence in sentences if sentence is not None)


def compared_cases(results: WorkloadResults) -> dict[Mode, Case]:
    """Return a case per mode: at the largest worker count that all have in common, else each at its own largest."""
    planned = {mode: [case for case in results.cases if case.mode == mode] for mode in WAYS}
    counts = [{case.workers for case in cases} for cases in planned.values() if cases]
    common = set.intersection(*counts) if counts else set()
    return {
        mode: max(cases, key=lambda case: (case.workers == max(common, default=0), case.workers))
        for mode, cases in planned.items()
        if cases
    }


def _mode_against(results: WorkloadResults, subject: Case | None, baseline: Case | None) -> str | None:
    """A mode against another one under the same arm, arm by arm."""
    if subject is None or baseline is None:
        return None
    contrasts = [
        (markdown(arm.label), contrast)
        for arm in results.experiment.arms
        if (contrast := results.contrast((subject, arm), (baseline, arm)))
    ]
    if not contrasts:
        return None
    groups = phrases.grouped(contrasts, phrases.manner, phrases.OVER_PROCESSES)
    case = f"{phrases.with_workers(results, subject)}, {markdown(results.workload.name)} in {subject.mode}"
    return f"{case} compared with {baseline.mode} under the same arm: {groups}."


def _arm_against(results: WorkloadResults, arm: Arm, cases: list[Case]) -> str | None:
    """A free-threaded arm against its sibling and against itself with the GIL on, mode by mode."""
    with_gil, sibling = rivals(results.experiment, arm)
    parts = []
    for other, name in ((sibling, markdown(sibling.label) if sibling else ""), (with_gil, GIL_ON)):
        contrasts = [
            (case, contrast) for case in cases if other and (contrast := results.contrast((case, arm), (case, other)))
        ]
        if contrasts:
            parts.append(f"ompared with {name}: {_in_modes(contrasts, cases)}.")
    if not parts:
        return None
    with_workers = f"{phrases.with_workers(results, cases[0])}, " if _equal_workers(cases) else ""
    return f"{with_workers}{markdown(results.workload.name)} on {markdown(arm.label)} c{' C'.join(parts)}"


def _in_modes(contrasts: list[tuple[Case, Contrast]], cases: list[Case]) -> str:
    equal = _equal_workers(cases)
    labelled = [(case.mode if equal else case_label(case), contrast) for case, contrast in contrasts]
    return phrases.grouped(labelled, phrases.manner, phrases.OVER_PROCESSES, "in")


def _equal_workers(cases: list[Case]) -> bool:
    return len({case.workers for case in cases}) == 1
