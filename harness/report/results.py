"""What came out of a run: what it recorded, everything the analysis makes of it, each derived once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from harness.analysis.checks import checked
from harness.analysis.results.aa_control import noise
from harness.analysis.results.break_even import BreakEven, Curve, break_evens, curves
from harness.analysis.results.choices import choices
from harness.analysis.results.contrasts import contrasts, estimated
from harness.analysis.results.decomposition import Decomposition, decompositions
from harness.analysis.results.latency import Pings, latencies, latency_contrasts
from harness.analysis.results.memory import Peaks, peaks
from harness.analysis.results.scaling import Scaling, per_second, scalings
from harness.analysis.results.time_use import TimeUse, usages
from harness.analysis.results.times import times
from harness.analysis.samples.canaries import fast_seconds
from harness.analysis.samples.evidence import evidence
from harness.records import (
    Case,
    Choice,
    Contrast,
    Experiment,
    Finding,
    Journal,
    Noise,
    Quantity,
    Side,
    Time,
    Trial,
    Workload,
)
from harness.report.published_ratios import Quote, quotes
from harness.report.text.file_names import side_anchors
from harness.report.workload_results import WorkloadResults
from harness.runs import read_run


@dataclass(frozen=True, eq=False)  # one run is one object: comparing or hashing its trials would take seconds
class Results:
    """A run and what was estimated from it. `usable` are the trials the estimates are made from.

    `quoted` are the contrasts that others published too; `latencies` the quantiles of services; `coefficients` has by
    how much each case's seconds follow its canaries.
    """

    experiment: Experiment
    journal: Journal
    usable: tuple[Trial, ...]
    times: tuple[Time, ...]
    contrasts: tuple[Contrast, ...]
    choices: tuple[Choice, ...]
    findings: tuple[Finding, ...]
    noise: Noise | None = None
    decompositions: tuple[Decomposition, ...] = ()
    scalings: tuple[Scaling, ...] = ()
    break_evens: tuple[BreakEven, ...] = ()
    curves: tuple[Curve, ...] = ()
    quoted: tuple[Contrast, ...] = ()
    latencies: tuple[Time, ...] = ()
    coefficients: Mapping[Case, float] = field(default_factory=dict)

    @cached_property
    def fast(self) -> dict[str, float]:
        """The fast mode of each kind of canary, in seconds."""
        return fast_seconds(self.usable)

    @cached_property
    def usages(self) -> dict[Side, TimeUse]:
        """Where the time of each side went."""
        return usages(self.usable)

    @cached_property
    def peaks(self) -> Peaks:
        """The peak memory of each side, by memory block."""
        return peaks(self.experiment, self.journal.trials)

    @cached_property
    def whole_times(self) -> dict[Side, Time]:
        """The time of each side that has one, whole span."""
        return {time.side: time for time in self.times if time.span == "whole"}

    @cached_property
    def whole_contrasts(self) -> dict[tuple[Side, Side], Contrast]:
        """The contrasts by (subject, baseline), whole span."""
        return {(c.subject, c.baseline): c for c in self.contrasts if c.span == "whole"}

    @cached_property
    def speed_ups(self) -> dict[Side, Contrast]:
        """Each concurrent side's contrast with serial under the same arm, whole span, as work per second."""
        return {
            subject: per_second(self.experiment, contrast)
            for (subject, baseline), contrast in self.whole_contrasts.items()
            if subject.mode != "serial" and baseline.mode == "serial" and baseline.arm == subject.arm
        }

    @cached_property
    def anchors(self) -> Mapping[Side, str]:
        """Where a page shows each planned side."""
        return side_anchors(self.experiment)

    @cached_property
    def quotes(self) -> Sequence[Quote]:
        """The published ratios whose two sides are planned here."""
        return quotes(self.experiment)

    def of(self, workload: Workload) -> WorkloadResults:
        """Return what came out of one workload."""
        return self._by_workload[workload.name]

    @cached_property
    def _by_workload(self) -> dict[str, WorkloadResults]:
        """One pass over the trials and the contrasts, whatever the number of workloads."""
        trials: dict[str, list[Trial]] = {}
        for trial in self.usable:
            trials.setdefault(trial.workload, []).append(trial)
        spans: dict[str, dict[tuple[Side, Side], dict[Quantity, Contrast]]] = {}
        for contrast in self.contrasts:
            of_pair = spans.setdefault(contrast.subject.workload, {})
            of_pair.setdefault((contrast.subject, contrast.baseline), {})[contrast.span] = contrast
        decompositions = {each.net.subject: each for each in self.decompositions}
        return {
            workload.name: WorkloadResults(
                experiment=self.experiment,
                workload=workload,
                contrasts=self.whole_contrasts,
                trials=trials.get(workload.name, ()),
                times={side: time for side, time in self.whole_times.items() if side.workload == workload.name},
                spans=spans.get(workload.name, {}),
                speed_ups=self.speed_ups,
                decompositions=decompositions,
            )
            for workload in self.experiment.workloads
        }


def derive(run: Path) -> Results:
    """Read a run directory and estimate everything again; UsageError when it is not one. Nothing rendered is read."""
    experiment, journal = read_run(run)
    seen = evidence(experiment, journal)
    found, pings = seen.readings, Pings(seen.first)
    return Results(
        experiment=experiment,
        journal=journal,
        usable=tuple(seen.usable),
        times=tuple(times(experiment, found)),
        contrasts=(*contrasts(experiment, found), *latency_contrasts(experiment, pings)),
        # Where the work grew with the workers, the shortest case is that with the least work.
        choices=() if experiment.settings.scaling == "weak" else tuple(choices(experiment, found)),
        findings=tuple(checked(experiment, seen)),
        noise=noise(experiment, found),
        decompositions=tuple(decompositions(experiment, found)),
        scalings=tuple(scalings(experiment, found)),
        break_evens=tuple(break_evens(experiment, found)),
        curves=tuple(curves(experiment, found)),
        quoted=tuple(estimated(experiment, found, [each.pair for each in quotes(experiment)], "whole")),
        latencies=tuple(latencies(experiment, pings)),
        coefficients=found.coefficients,
    )
