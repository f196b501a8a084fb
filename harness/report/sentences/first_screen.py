"""The first screen: what was measured, whether it is provisional, and what is concluded about each workload."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from harness.records import Arm, Experiment, Workload
from harness.report.results import Results
from harness.report.sections.break_even import crossings
from harness.report.sections.latency import latency_sentences
from harness.report.sections.memory import memory_sentences
from harness.report.sections.part import case_label
from harness.report.sections.sharing import sharing_sentence
from harness.report.sentences.declared import declared
from harness.report.text.escape import Markdown, markdown
from harness.report.text.numbers import counted, time_with_bounds, unit_for
from harness.report.text.phrases import enumerated
from harness.report.workload_results import WorkloadResults

FEW_NAMES = 3
FEW_WORKLOADS = 2  # up to here all sentences fit on the first screen; beyond it, the first ones of each workload
MOST_TIMES = 4

Sentences = tuple[Markdown, ...]


@dataclass(frozen=True)
class Conclusions:
    """What is concluded about a workload, the most important first: from times, memory, and a service's latencies."""

    times: Sentences
    memory: Sentences = ()
    latencies: Sentences = ()

    @property
    def brief(self) -> Sentences:
        """The latencies of a service, the primaries of the main case, and the memory that it needs."""
        return (*self.latencies, *self.times[:2], *self.memory[:1])

    @property
    def all(self) -> Sentences:
        """All sentences."""
        return (*self.latencies, *self.times, *self.memory)


def title(experiment: Experiment) -> Markdown:
    """Return "fib on 3.12, 3.13 and 3.13t, 2025-11-22 12:14 UTC"."""
    names = list(dict.fromkeys(markdown(w.family if w.is_point else w.name) for w in experiment.workloads))
    workloads = enumerated(names) if 0 < len(names) <= FEW_NAMES else counted(len(names), "workload")
    arms = [markdown(arm.label) for arm in experiment.arms]
    weak = ", weak scaling," if experiment.settings.scaling == "weak" else ""
    on = enumerated(arms) if arms else "no interpreter"
    return Markdown(f"{workloads}{weak} on {on}, {_date(experiment.started_at)}")


def _date(started_at: str) -> str:
    try:
        moment = datetime.fromisoformat(started_at)
    except ValueError:
        return markdown(started_at)
    if moment.tzinfo is None:
        return f"{moment:%Y-%m-%d %H:%M}"
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def arms_line(experiment: Experiment) -> Markdown:
    """Return what each arm is, for someone who has never seen these labels."""
    return Markdown(f"{enumerated([_arm(arm) for arm in experiment.arms]) if experiment.arms else 'No arms'}.")


def _arm(arm: Arm) -> str:
    version = markdown(f"{arm.build.implementation} {arm.build.version}")
    if not arm.build.free_threaded:
        return f"{markdown(arm.label)} is {version}"
    gil = "with its GIL on" if arm.gil_expected else "without the GIL"
    return f"{markdown(arm.label)} is free-threaded {version} {gil}"


def provisional_line(results: Results) -> Markdown | None:
    """Return which numbers are provisional and why; None when none is."""
    if not results.usable:
        return Markdown("No trial was usable, so there are no results.")
    count = sum(contrast.provisional for contrast in results.contrasts)
    block_count = len({trial.block for trial in results.usable})
    blocks = counted(block_count, "block")
    if results.experiment.provisional:
        return Markdown(f"All numbers are provisional: this quick run has {blocks}, and quick runs give no verdicts.")
    if all_provisional(results):
        few = f"{blocks} {'is' if block_count == 1 else 'are'} too few for verdicts"
        return Markdown(f"All numbers are provisional: {few}.")
    if count:
        return Markdown(
            f"{count} of {len(results.contrasts)} contrasts are provisional, because too few blocks have both sides."
        )
    return None


def all_provisional(results: Results) -> bool:
    """Whether one sentence at the top declares every number provisional."""
    contrasts = results.contrasts
    return results.experiment.provisional or (bool(contrasts) and all(c.provisional for c in contrasts))


def conclusions(results: WorkloadResults) -> Sentences:
    """Return the sentences about the times of one workload, the most important first; never empty."""
    if not results.times:
        return (Markdown(f"No trial of {markdown(results.workload.name)} was usable, so it has no results."),)
    return declared(results) or _times_only(results)


def concluded(results: Results) -> Mapping[str, Conclusions]:
    """Return what is concluded about each workload, by its name."""
    return {
        workload.name: Conclusions(
            times=conclusions(results.of(workload)),
            memory=memory_sentences(results, workload),
            latencies=latency_sentences(results, workload),
        )
        for workload in results.experiment.workloads
    }


def top(results: Results, conclusions: Mapping[str, Conclusions]) -> tuple[tuple[Markdown, Sentences], ...]:
    """Return names with their sentences, given the conclusions about each workload.

    The points of a series share one entry.
    """
    whole = [workload for workload in results.experiment.workloads if not workload.is_point]
    of_whole = [(workload, conclusions[workload.name]) for workload in whole]
    few = _few(results)
    return (
        *((markdown(workload.name), found.all if few else found.brief) for workload, found in of_whole),
        *_series(results),
    )


def below(results: Results, workload: Workload, conclusions: Mapping[str, Conclusions]) -> Sentences:
    """Return the sentences for a workload's own section: all, unless the first screen has them."""
    return () if _few(results) and not workload.is_point else conclusions[workload.name].all


def _few(results: Results) -> bool:
    return len({workload.family for workload in results.experiment.workloads}) <= FEW_WORKLOADS


def _series(results: Results) -> Iterator[tuple[Markdown, Sentences]]:
    points = [workload for workload in results.experiment.workloads if workload.is_point]
    for family, file in dict.fromkeys((point.family, point.file) for point in points):
        sharing = sharing_sentence(results, family)
        sentences = crossings(results, file) or ((sharing,) if sharing else ())
        if sentences:
            yield markdown(family), sentences


def _times_only(results: WorkloadResults) -> Sentences:
    """Where there is no primary: the times themselves, the first few."""
    unit, unit_seconds = unit_for(results.times.values())
    times = [
        f"{case_label(side)} on {markdown(side.arm)} takes {time_with_bounds(time, unit_seconds, unit)}"
        for side, time in results.times.items()
    ]
    more = f" and {len(times) - MOST_TIMES} more" if len(times) > MOST_TIMES else ""
    return (
        Markdown(f"{markdown(results.workload.name)}: {'; '.join(times[:MOST_TIMES])}{more}."),
        Markdown("No contrast of it was declared and measured, so it has no verdict."),
    )
