"""The sentences about a workload's times: its primaries, declared before measuring, each with its verdict."""

from collections.abc import Iterable

from harness.records import Contrast, Side, Workload
from harness.report.sections.part import case_label
from harness.report.text import phrases
from harness.report.text.escape import Markdown, markdown
from harness.report.workload_results import WorkloadResults

MOST_SENTENCES = 6  # old runs declared more than a first screen holds


def declared(results: WorkloadResults) -> tuple[Markdown, ...]:
    """Return a sentence for each subject of a primary, those about the main case first; none without a primary."""
    by_subject: dict[Side, list[Contrast]] = {}
    for contrast in results.primaries:
        by_subject.setdefault(contrast.subject, []).append(contrast)
    subjects = sorted(by_subject, key=lambda side: side.case != results.main)  # stable: otherwise as declared
    sentences = [_sentence(results.workload, side, by_subject[side]) for side in subjects[:MOST_SENTENCES]]
    more = sum(len(by_subject[side]) for side in subjects[MOST_SENTENCES:])
    if more:
        sentences.append(f"{more} more contrasts of {markdown(results.workload.name)} were declared: see its tables.")
    return tuple(map(Markdown, sentences))


def _sentence(workload: Workload, subject: Side, contrasts: Iterable[Contrast]) -> str:
    clauses = "; ".join(_clause(workload, contrast) for contrast in contrasts)
    case = phrases.by_library(workload.library_in(subject.mode), case_label(subject))
    return f"{markdown(subject.workload)} on {markdown(subject.arm)}, {case}: {clauses}."


def _clause(workload: Workload, contrast: Contrast) -> str:
    """Name of the baseline only what the subject does not share."""
    subject, baseline = contrast.subject, contrast.baseline
    library = workload.library_in(baseline.mode)
    case = phrases.by_library(None if library == workload.library_in(subject.mode) else library, case_label(baseline))
    if subject.case == baseline.case:
        return phrases.against(contrast, markdown(baseline.arm))
    if subject.arm == baseline.arm:
        return phrases.against(contrast, case)
    return phrases.against(contrast, f"{case} on {markdown(baseline.arm)}")
