"""The first screen: all that is concluded where little was measured, else a few sentences about each thing."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from harness.records import Workload
from harness.report.results import Results
from harness.report.sections.break_even import crossings
from harness.report.sections.sharing import sharing_sentence
from harness.report.text.escape import markdown

FEW_WORKLOADS = 2  # up to here all sentences fit on the first screen; beyond it, the first ones of each workload

Sentences = tuple[str, ...]


class Said(NamedTuple):
    """What is concluded of a workload, the weightiest first: from times, memory, and a service's latencies."""

    times: Sentences
    memory: Sentences
    latencies: Sentences = ()

    @property
    def brief(self) -> Sentences:
        """What removing the GIL brings, what threads do under each arm, and what memory they need for it."""
        return (*self.latencies, *self.times[:2], *self.memory[:1])


def top(results: Results, said: Mapping[str, Said]) -> tuple[tuple[str, Sentences], ...]:
    """Return names, safe for Markdown, with their sentences; `said` has those of each workload by its name.

    The points of a series are one thing together.
    """
    whole = [workload for workload in results.experiment.workloads if not workload.is_point]
    return (
        *((markdown(w.name), _all(said[w.name]) if _few(results) else said[w.name].brief) for w in whole),
        *_series(results),
    )


def below(results: Results, workload: Workload, said: Mapping[str, Said]) -> Sentences:
    """Return what has to be said of a workload in its own section, because the first screen did not."""
    return () if _few(results) and not workload.is_point else _all(said[workload.name])


def _few(results: Results) -> bool:
    return len({workload.family for workload in results.experiment.workloads}) <= FEW_WORKLOADS


def _all(said: Said) -> Sentences:
    return (*said.latencies, *said.times, *said.memory)


def _series(results: Results) -> Iterator[tuple[str, Sentences]]:
    points = [workload for workload in results.experiment.workloads if workload.is_point]
    for family, file in dict.fromkeys((point.family, point.file) for point in points):
        sharing = sharing_sentence(results, family)
        sentences = crossings(results, file) or ((sharing,) if sharing else ())
        if sentences:
            yield markdown(family), sentences
