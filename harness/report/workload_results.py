"""What came out of one workload, and which of its cases the conclusions are about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from harness.analysis.main_case import main_case
from harness.analysis.results.decomposition import Decomposition
from harness.analysis.results.scaling import per_second
from harness.records import Arm, Case, Contrast, Experiment, Mode, Quantity, Side, Time, Trial, Workload

Pairs = Mapping[tuple[Side, Side], Contrast]  # by (subject, baseline)


@dataclass(frozen=True)
class WorkloadContrasts:
    """A workload's planned cases, and the contrasts of the whole span, which may be those of other workloads too."""

    experiment: Experiment
    workload: Workload
    contrasts: Pairs

    def contrast(self, subject: tuple[Case, Arm], baseline: tuple[Case, Arm]) -> Contrast | None:
        """Return the contrast of two (case, arm) if it was declared and could be estimated, as work per second."""
        contrast = self.contrasts.get((subject[0].under(subject[1].label), baseline[0].under(baseline[1].label)))
        return contrast and per_second(self.experiment, contrast)

    @cached_property
    def cases(self) -> tuple[Case, ...]:
        """The planned cases, in the order of the plan."""
        return tuple(planned.case for planned in self.experiment.cases if planned.case.workload == self.workload.name)

    @cached_property
    def serial(self) -> Case | None:
        """The serial case if it was planned."""
        return next((case for case in self.cases if case.mode == "serial"), None)

    @cached_property
    def main(self) -> Case | None:
        """The concurrent case that the conclusions are about; None when nothing concurrent was planned."""
        return main_case(self.cases, self.workload.bound, self.experiment.machine.usable_cpus)

    def case_of(self, mode: Mode, workers: int) -> Case | None:
        """Return the planned case of a mode at a worker count."""
        return next((case for case in self.cases if (case.mode, case.workers) == (mode, workers)), None)


@dataclass(frozen=True)
class WorkloadResults(WorkloadContrasts):
    """All that came out of one workload. `trials` are its usable ones, `times` those of the whole span.

    `spans` has its contrasts by (subject, baseline) and span; `speed_ups` and `decompositions` those of the run.
    """

    trials: Sequence[Trial]
    times: Mapping[Side, Time]
    spans: Mapping[tuple[Side, Side], Mapping[Quantity, Contrast]]
    speed_ups: Mapping[Side, Contrast]
    decompositions: Mapping[Side, Decomposition]

    @cached_property
    def primaries(self) -> tuple[Contrast, ...]:
        """The contrasts that were declared before measuring and estimated, whole span, in declared order."""
        whole = (spans.get("whole") for spans in self.spans.values())
        return tuple(contrast for contrast in whole if contrast is not None and contrast.primary)

    @cached_property
    def by_side(self) -> Mapping[Side, Sequence[Trial]]:
        """The usable trials of each side, in the order of measuring."""
        trials: dict[Side, list[Trial]] = {}
        for trial in self.trials:
            trials.setdefault(trial.side, []).append(trial)
        return trials
