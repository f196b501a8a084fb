"""What is made of the trials: times, contrasts, choices and findings."""

from typing import Literal

from msgspec import Struct

from harness.records.cases import Case, Side
from harness.records.values import Count, Quantity, Verdict


class Time(Struct, frozen=True, kw_only=True):
    """Seconds per loop of one side, or a quantile of its latencies, with a 95 % interval (none below two blocks)."""

    side: Side
    span: Quantity
    seconds: float
    low: float | None
    high: float | None
    blocks: Count


class Contrast(Struct, frozen=True, kw_only=True):
    """One entry of `contrasts.json`: time(baseline) / time(subject); above 1 the subject is faster.

    It is made from `blocks`; `marked` more are left out, because the machine disturbed a side. Where these would be
    more than half, all of them count, it is `disturbed`, and there is no verdict but "undecided". For a quantile of
    latencies it is latency(baseline) / latency(subject): above 1 the subject answers sooner.
    """

    subject: Side
    baseline: Side
    span: Quantity
    ratio: float
    low: float | None
    high: float | None
    blocks: Count
    marked: Count = 0
    disturbed: bool = False
    primary: bool
    provisional: bool
    target_reached: bool
    verdict: Verdict | None


class Noise(Struct, frozen=True, kw_only=True):
    """What a run made of no difference at all: its shadow against the arm that it is.

    `wrong` of `contrasts` intervals exclude 1; chance alone leaves them at `allowed` or fewer in 95 % of runs. `floor`
    is the fraction below which nothing is called a difference.
    """

    contrasts: Count
    wrong: Count
    allowed: Count
    floor: float


class Choice(Struct, frozen=True, kw_only=True):
    """Under one arm, a workload's fastest case against the fastest one of the next best mode, whole span.

    `ratio` is time(next_best) / time(best); with one mode only there is nothing to compare with.
    """

    workload: str
    arm: str
    best: Case
    next_best: Case | None = None
    ratio: float | None = None
    low: float | None = None
    high: float | None = None
    blocks: Count = 0
    provisional: bool = True

    @property
    def differs(self) -> bool:
        """Whether the interval leaves no doubt that the best mode is the faster one."""
        return self.low is not None and self.low > 1


class Finding(Struct, frozen=True, kw_only=True):
    """A reason not to believe a number, as data. `remedy` is empty where nothing can be done."""

    severity: Literal["error", "warning", "note"]
    check: str
    sentence: str
    sides: tuple[Side, ...] = ()
    remedy: str = ""
