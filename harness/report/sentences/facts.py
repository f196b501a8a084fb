"""What the conclusions about one workload are drawn from."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from harness.analysis.results.decomposition import Decomposition
from harness.analysis.results.scaling import per_second
from harness.records import ONE_BY_ONE, Arm, Case, Contrast, Experiment, Mode, Side, Time, Workload
from harness.report.results import Results, whole_contrasts, whole_times


@dataclass(frozen=True)
class Facts:
    """One workload, whole span. `shown` makes text from outside safe for where the sentences go."""

    experiment: Experiment
    workload: Workload
    cases: tuple[Case, ...]
    times: Mapping[Side, Time]
    contrasts: Mapping[tuple[Side, Side], Contrast]
    shown: Callable[[str], str]
    decompositions: Mapping[Side, Decomposition]

    def contrast(self, subject: tuple[Case, Arm], baseline: tuple[Case, Arm]) -> Contrast | None:
        """Return the contrast of two (case, arm) if it was declared and could be estimated, as work per second."""
        found = self.contrasts.get((subject[0].under(subject[1].label), baseline[0].under(baseline[1].label)))
        return found and per_second(self.experiment, found)


def facts_of(results: Results, workload: Workload, shown: Callable[[str], str]) -> Facts:
    """Return the facts about one workload; `cases` are the planned ones."""
    return Facts(
        experiment=results.experiment,
        workload=workload,
        cases=tuple(planned.case for planned in results.experiment.cases if planned.case.workload == workload.name),
        times={side: time for side, time in whole_times(results).items() if side.workload == workload.name},
        contrasts=whole_contrasts(results),
        shown=shown,
        decompositions={each.net.subject: each for each in results.decompositions},
    )


def serial_case(facts: Facts) -> Case | None:
    """Return the workload's serial case if it was planned."""
    return next((case for case in facts.cases if case.mode == "serial"), None)


def case_of(facts: Facts, mode: Mode, workers: int) -> Case | None:
    """Return the planned case of a mode at a worker count."""
    return next((case for case in facts.cases if (case.mode, case.workers) == (mode, workers)), None)


def main_case(facts: Facts) -> Case | None:
    """Return the concurrent case that the conclusions are about; None when nothing concurrent was planned.

    Threads if there are any, at the largest worker count that processes share and that does not ask for more CPUs than
    there are; waiting needs no CPU, so that limit holds for CPU-bound work only.
    """
    concurrent = [case for case in facts.cases if case.mode not in ONE_BY_ONE]
    mode = next((mode for mode in ("threads", "processes", "asyncio") if mode in _modes(concurrent)), None)
    candidates = [case for case in concurrent if case.mode == mode]
    if not candidates:
        return None
    fitting = [case for case in candidates if not oversubscribed(facts, case.workers)]
    if not fitting:
        return min(candidates, key=lambda case: case.workers)
    counts = {case.workers for case in concurrent if case.mode == "processes"}
    return max(fitting, key=lambda case: (case.workers in counts, case.workers))


def oversubscribed(facts: Facts, workers: int) -> bool:
    """Whether CPU-bound work has more workers than there are usable CPUs."""
    return facts.workload.bound == "cpu" and workers > facts.experiment.machine.usable_cpus


def _modes(cases: Iterable[Case]) -> set[Mode]:
    return {case.mode for case in cases}
