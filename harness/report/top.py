"""The first screen: all that is concluded where little was measured, else one sentence or two about each thing."""

from collections.abc import Iterator, Mapping

from harness.records import Workload
from harness.report.break_even import crossings
from harness.report.outcome import Outcome
from harness.report.sharing import sharing_sentence
from harness.report.text import markdown

FEW_WORKLOADS = 2  # up to here all sentences fit on the first screen; beyond it, the first one of each workload

Sentences = tuple[str, ...]


def top(outcome: Outcome, said: Mapping[str, Sentences]) -> tuple[tuple[str, Sentences], ...]:
    """Return names, safe for Markdown, with their sentences; `said` has those of each workload by its name.

    The points of a series are one thing together.
    """
    workloads = outcome.experiment.workloads
    few = len({workload.family for workload in workloads}) <= FEW_WORKLOADS
    return (
        *((markdown(w.name), said[w.name] if few else said[w.name][:1]) for w in workloads if not w.is_point),
        *_series(outcome),
    )


def below(outcome: Outcome, workload: Workload, said: Mapping[str, Sentences]) -> Sentences:
    """Return what has to be said of a workload in its own section, because the first screen did not."""
    few = len({each.family for each in outcome.experiment.workloads}) <= FEW_WORKLOADS
    return () if few and not workload.is_point else said[workload.name]


def _series(outcome: Outcome) -> Iterator[tuple[str, Sentences]]:
    points = [workload for workload in outcome.experiment.workloads if workload.is_point]
    for family, file in dict.fromkeys((point.family, point.file) for point in points):
        sharing = sharing_sentence(outcome, family)
        sentences = crossings(outcome, file) or ((sharing,) if sharing else ())
        if sentences:
            yield markdown(family), sentences
