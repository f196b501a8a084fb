"""Judge conditions by the intervals of their contrasts, and of a baseline's."""

import math
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from harness.analysis.results.between_runs import (
    SameWork,
    drift,
    quotient,
    same_instrument,
    same_machine,
    same_work,
    widened,
)
from harness.analysis.results.contrasts import estimated
from harness.analysis.results.times import times
from harness.analysis.samples.canaries import fast_seconds
from harness.analysis.samples.evidence import Evidence, evidence
from harness.errors import UsageError
from harness.records import Contrast, Estimate, Experiment, Journal, Pair, Side
from harness.report.programs.conditions import Condition
from harness.runs import read_run

Judged = Literal["holds", "fails", "undecided"]


@dataclass(frozen=True)
class Judgement:
    """What a condition's interval shows; `note` is a reason for doubt."""

    condition: Condition
    judged: Judged
    estimate: Estimate
    note: str


@dataclass(frozen=True)
class GatedRun:
    """A run that conditions are about: read once, estimated only where a condition needs it."""

    run: Path

    @cached_property
    def _read(self) -> tuple[Experiment, Journal]:
        return read_run(self.run)

    @property
    def experiment(self) -> Experiment:
        """Its experiment.json."""
        return self._read[0]

    @cached_property
    def evidence(self) -> Evidence:
        """Its usable trials, and their readings."""
        return evidence(*self._read)

    @cached_property
    def fast(self) -> dict[str, float]:
        """The fast mode of each kind of canary, in seconds."""
        return fast_seconds(self.evidence.usable)

    def contrast(self, condition: Condition) -> Contrast:
        """Estimate the condition's contrast; UsageError where the run has no block with both sides."""
        pair = Pair(subject=condition.subject, baseline=condition.baseline, primary=False)
        contrasts = list(estimated(self.experiment, self.evidence.readings, [pair], "whole"))
        if not contrasts:
            message = f"{self.run} cannot decide {condition.text!r}: no block has both sides. It has {self._sides()}."
            raise UsageError(message)
        return contrasts[0]

    @cached_property
    def times(self) -> dict[Side, Estimate]:
        """The time of each side, whole span."""
        of_all_spans = times(self.experiment, self.evidence.readings)
        return {time.side: time.estimate for time in of_all_spans if time.span == "whole"}

    def seconds(self, side: Side) -> Estimate:
        """Return a side's time; UsageError where it was not measured."""
        if side in self.times:
            return self.times[side]
        message = f"{self.run} has no time of {side}. It has {self._sides()}."
        raise UsageError(message)

    def _sides(self) -> str:
        cases = dict.fromkeys(str(planned.case) for planned in self.experiment.cases)
        return f"{', '.join(cases)} on {', '.join(arm.label for arm in self.experiment.arms)}"


def judge(condition: Condition, run: GatedRun, against: GatedRun | None) -> Judgement:
    """Judge a condition by its interval; UsageError where a run cannot decide it."""
    if not condition.relative:
        return _by_contrast(condition, run)
    if against is None:
        message = f"The condition {condition.text!r} is about a baseline: name its run with --against."
        raise UsageError(message)
    work = same_work(run.experiment, against.experiment).get(condition.subject.workload, "other")
    if work == "other":
        message = (
            f"The condition {condition.text!r} is about work that {against.run} did not measure: its size or "
            "scaling differs, or it lacks the workload. Name a baseline that was measured with the same options."
        )
        raise UsageError(message)
    if condition.subject == condition.baseline:
        return _by_seconds(condition, run, against, work)
    now, then = _by_contrast(condition, run), _by_contrast(condition, against)
    estimate = quotient(now.estimate, then.estimate)
    file = "" if work == "same" else "the workload's file has changed since"
    worker = "" if same_instrument(run.experiment, against.experiment) else "the harness's worker has changed since"
    note = "; ".join(note for note in (file, worker) if note)
    return _judged(condition, estimate, note, certain=True)


def _by_contrast(condition: Condition, run: GatedRun) -> Judgement:
    contrast = run.contrast(condition)
    return _judged(condition, contrast.estimate, "", certain=True)


def _by_seconds(condition: Condition, run: GatedRun, against: GatedRun, work: SameWork) -> Judgement:
    """Compare a side's seconds: only on the same machine, with an interval that allows for the machine's own drift."""
    if work != "same":
        message = (
            f"The condition {condition.text!r} compares seconds, but the workload's file has changed since. Measure "
            "the baseline again, or compare a ratio within each run, such as `3.13t/3.13`."
        )
        raise UsageError(message)
    if not same_instrument(run.experiment, against.experiment):
        message = (
            f"The condition {condition.text!r} compares seconds, but the harness's worker has changed since. Measure "
            "the baseline again, or compare a ratio within each run, such as `3.13t/3.13`."
        )
        raise UsageError(message)
    if not same_machine(run.experiment.machine, against.experiment.machine):
        message = (
            f"The condition {condition.text!r} compares seconds, but the two runs are from different machines. Compare "
            "a ratio within each run instead, such as `3.13t/3.13`."
        )
        raise UsageError(message)
    moved = drift(against.fast, run.fast)
    estimate = widened(quotient(against.seconds(condition.subject), run.seconds(condition.subject)), moved)
    if moved.log_ratio is None:
        return _judged(
            condition, estimate, "no canaries show whether the machine itself had the same speed then", certain=True
        )
    far = ", too far to compare" if moved.too_far else ""
    note = f"the machine itself changed by {100 * math.expm1(moved.log_ratio):.1f} %{far}"
    return _judged(condition, estimate, note, certain=not moved.too_far)


def _judged(condition: Condition, estimate: Estimate, note: str, *, certain: bool) -> Judgement:
    return Judgement(condition, _verdict(condition, estimate) if certain else "undecided", estimate, note)


def _verdict(condition: Condition, estimate: Estimate) -> Judged:
    if estimate.interval is None:
        return "undecided"
    low, high = estimate.interval
    worst, best = (low, high) if condition.sign == ">=" else (-high, -low)
    limit = condition.limit if condition.sign == ">=" else -condition.limit
    return "holds" if worst >= limit else "fails" if best < limit else "undecided"
