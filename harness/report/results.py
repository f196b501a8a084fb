"""What came out of a run: what it recorded and everything the analysis makes of it."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from harness.analysis.checks import checked
from harness.analysis.results.aa_control import noise
from harness.analysis.results.break_even import BreakEven, Curve, break_evens, curves
from harness.analysis.results.choices import choices
from harness.analysis.results.contrasts import LEAST_FLOOR, contrasts, estimated
from harness.analysis.results.decomposition import Decomposition, decompositions
from harness.analysis.results.scaling import Scaling, per_second, scalings
from harness.analysis.results.time_use import Usage, usages
from harness.analysis.results.times import latencies, times
from harness.analysis.samples.canaries import fast_seconds
from harness.analysis.samples.evidence import evidence
from harness.records import Choice, Contrast, Experiment, Finding, Journal, Noise, Side, Time, Trial
from harness.report.published_ratios import quotes
from harness.runs import read_run


@dataclass(frozen=True)
class Results:
    """A run and what was estimated from it. `usable` are the trials the estimates are made from.

    `quoted` are the contrasts that others published too; `latencies` the quantiles of services.
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

    @cached_property
    def fast(self) -> dict[str, float]:
        """The fast mode of each kind of canary, in seconds."""
        return fast_seconds(self.usable)

    @cached_property
    def usages(self) -> dict[Side, Usage]:
        """Where the time of each side went; the report and its page both tell it."""
        return usages(self.usable, self.fast)


def derive(run: Path) -> Results:
    """Read a run directory and estimate everything again; UsageError when it is not one. Nothing rendered is read."""
    experiment, journal = read_run(run)
    seen = evidence(experiment, journal)
    found = seen.readings
    return Results(
        experiment=experiment,
        journal=journal,
        usable=tuple(seen.usable),
        times=tuple(times(experiment, found)),
        contrasts=tuple(contrasts(experiment, found)),
        # Where the work grew with the workers, the fastest case is that with the least work.
        choices=() if experiment.settings.scaling == "weak" else tuple(choices(experiment, found)),
        findings=tuple(checked(experiment, seen)),
        noise=noise(experiment, found),
        decompositions=tuple(decompositions(experiment, found)),
        scalings=tuple(scalings(experiment, found)),
        break_evens=tuple(break_evens(experiment, found)),
        curves=tuple(curves(experiment, found)),
        quoted=tuple(estimated(experiment, found, [each.pair for each in quotes(experiment)], "whole", LEAST_FLOOR)),
        latencies=tuple(latencies(experiment, found)),
    )


def whole_times(results: Results) -> dict[Side, Time]:
    """Return the time of each side that has one, whole span."""
    return {time.side: time for time in results.times if time.span == "whole"}


def whole_contrasts(results: Results) -> dict[tuple[Side, Side], Contrast]:
    """Return the contrasts by (subject, baseline), whole span."""
    return {(c.subject, c.baseline): c for c in results.contrasts if c.span == "whole"}


def speed_ups(results: Results) -> dict[Side, Contrast]:
    """Return each concurrent side's contrast with serial under the same arm, whole span, as work per second."""
    return {
        subject: per_second(results.experiment, contrast)
        for (subject, baseline), contrast in whole_contrasts(results).items()
        if baseline.mode == "serial" != subject.mode and baseline.arm == subject.arm
    }
