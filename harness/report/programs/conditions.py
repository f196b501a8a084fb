"""Conditions on contrasts, as `nox -s gate` takes them: parsed, and judged by intervals."""

import math
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal, NamedTuple, cast, get_args

from harness.analysis.results.between_runs import (
    Work,
    drift,
    quotient,
    same_instrument,
    same_machine,
    same_work,
    widened,
)
from harness.analysis.results.contrasts import LEAST_FLOOR, estimated
from harness.analysis.results.times import times
from harness.analysis.samples.canaries import fast_seconds
from harness.analysis.samples.evidence import Evidence, evidence
from harness.analysis.statistics.signed_rank import Estimate
from harness.errors import UsageError
from harness.records import ONE_BY_ONE, Contrast, Experiment, Journal, Mode, Pair, Side
from harness.runs import read_run

SYNTAX = (
    "write it like `fib/threads/2 3.13t/3.13 >= 1.8` (a case, two arms), `fib/threads/2:fib/serial 3.13t >= 1.5` (two "
    "cases, an arm), or with `of baseline` behind the number"
)
_CONDITION = re.compile(
    r"(?P<case>[^\s:]+)(?::(?P<other>[^\s:]+))?\s+(?P<arm>[^\s/]+)(?:/(?P<other_arm>[^\s/]+))?\s*(?P<sign>>=|<=)\s*"
    r"(?P<limit>[0-9]+(?:\.[0-9]+)?)(?P<relative>\s+of\s+baseline)?"
)

Judged = Literal["holds", "fails", "undecided"]


@dataclass(frozen=True)
class Condition:
    """A limit on time(baseline) / time(subject); `relative` to the same ratio of another run.

    Subject and baseline are the same side in a relative condition on seconds: how fast it is now against then.
    """

    text: str
    subject: Side
    baseline: Side
    sign: Literal[">=", "<="]
    limit: float
    relative: bool


class Judgement(NamedTuple):
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
        contrasts = list(estimated(self.experiment, self.evidence.readings, [pair], "whole", LEAST_FLOOR))
        if not contrasts:
            message = f"{self.run} cannot decide {condition.text!r}: no block has both sides. It has {self._sides()}."
            raise UsageError(message)
        return contrasts[0]

    @cached_property
    def times(self) -> dict[Side, Estimate]:
        """The time of each side, whole span."""
        of_all_spans = times(self.experiment, self.evidence.readings)
        return {time.side: Estimate(time.seconds, time.low, time.high) for time in of_all_spans if time.span == "whole"}

    def seconds(self, side: Side) -> Estimate:
        """Return a side's time; UsageError where it was not measured."""
        if side in self.times:
            return self.times[side]
        message = f"{self.run} has no time of {side}. It has {self._sides()}."
        raise UsageError(message)

    def _sides(self) -> str:
        cases = dict.fromkeys(str(planned.case) for planned in self.experiment.cases)
        return f"{', '.join(cases)} on {', '.join(arm.label for arm in self.experiment.arms)}"


def parse(text: str) -> Condition:
    """Parse a condition; UsageError with the syntax when it is not one."""
    match = _CONDITION.fullmatch(text.strip())
    if match is None:
        message = f"The condition {text!r} cannot be read: {SYNTAX}."
        raise UsageError(message)
    subject = _side(text, match["case"], match["arm"])
    baseline = _side(text, match["other"] or match["case"], match["other_arm"] or match["arm"])
    relative = match["relative"] is not None
    if subject == baseline and not relative:
        message = f"The condition {text!r} compares {subject} with itself: {SYNTAX}."
        raise UsageError(message)
    sign: Literal[">=", "<="] = ">=" if match["sign"] == ">=" else "<="
    return Condition(" ".join(text.split()), subject, baseline, sign, float(match["limit"]), relative)


def _side(text: str, case: str, arm: str) -> Side:
    workload, _, rest = case.partition("/")
    mode, _, workers = rest.partition("/")
    if mode not in get_args(Mode) or (mode in ONE_BY_ONE) == bool(workers) or not re.fullmatch(r"[0-9]*", workers):
        message = f"The condition {text!r} names {case!r}, which is not a case: {SYNTAX}."
        raise UsageError(message)
    return Side(workload=workload, mode=cast("Mode", mode), workers=int(workers or 1), arm=arm)


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
    note = "; ".join(dict.fromkeys(note for note in (now.note, then.note, file, worker) if note))
    return _judged(condition, estimate, note, certain=not (now.note or then.note))


def _by_contrast(condition: Condition, run: GatedRun) -> Judgement:
    contrast = run.contrast(condition)
    note = "the machine disturbed more than half of its blocks" if contrast.disturbed else ""
    estimate = Estimate(contrast.ratio, contrast.low, contrast.high)
    return _judged(condition, estimate, note, certain=not contrast.disturbed)


def _by_seconds(condition: Condition, run: GatedRun, against: GatedRun, work: Work) -> Judgement:
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
            condition, estimate, "no canaries show whether the machine itself was as fast then", certain=True
        )
    far = ", too far to compare" if moved.too_far else ""
    note = f"the machine itself changed by {100 * math.expm1(moved.log_ratio):.1f} %{far}"
    return _judged(condition, estimate, note, certain=not moved.too_far)


def _judged(condition: Condition, estimate: Estimate, note: str, *, certain: bool) -> Judgement:
    return Judgement(condition, _verdict(condition, estimate) if certain else "undecided", estimate, note)


def _verdict(condition: Condition, estimate: Estimate) -> Judged:
    if estimate.low is None or estimate.high is None:
        return "undecided"
    worst, best = (estimate.low, estimate.high) if condition.sign == ">=" else (-estimate.high, -estimate.low)
    limit = condition.limit if condition.sign == ">=" else -condition.limit
    return "holds" if worst >= limit else "fails" if best < limit else "undecided"
