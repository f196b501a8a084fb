"""What is made of the trials: times, contrasts, choices and findings."""

from typing import Literal, NamedTuple

from msgspec import Struct

from harness.records.cases import Case, Side
from harness.records.values import Count, Quantity, Verdict


class Estimate(NamedTuple):
    """A quantity estimated from `blocks` blocks: its point and its 95 % interval, None from a single block."""

    point: float
    low: float | None
    high: float | None
    blocks: int

    @property
    def interval(self) -> tuple[float, float] | None:
        """The two ends of the interval, if there is one."""
        return None if self.low is None or self.high is None else (self.low, self.high)

    @property
    def excludes_one(self) -> bool:
        """Whether the interval leaves 1 out; without an interval nothing is excluded."""
        return self.interval is not None and not self.interval[0] <= 1 <= self.interval[1]

    def within(self, fraction: float) -> bool:
        """Whether the whole interval lies within ±fraction of the point."""
        if self.interval is None:
            return False
        low, high = self.interval
        return high / self.point - 1 <= fraction and 1 - low / self.point <= fraction

    def times(self, factor: float) -> "Estimate":
        """Return the estimate of `factor` times the quantity, for a positive factor."""
        low, high = self.interval or (None, None)
        return self._replace(
            point=self.point * factor,
            low=None if low is None else low * factor,
            high=None if high is None else high * factor,
        )


class Time(Struct, frozen=True, kw_only=True):
    """Seconds per loop of one side, or a quantile of its latencies in seconds."""

    side: Side
    span: Quantity
    estimate: Estimate


class Primary(Struct, frozen=True, kw_only=True):
    """What a contrast that was declared before measuring has and no other: a verdict, None while it is provisional.

    `p_value` is that of "no difference", None below six blocks; `adjusted_p_value` is corrected for all primaries of
    the workload's group, None until they are judged together.
    """

    verdict: Verdict | None
    p_value: float | None = None
    adjusted_p_value: float | None = None


class Contrast(Struct, frozen=True, kw_only=True):
    """time(baseline) / time(subject), above 1 where the subject takes less time.

    For a quantile of latencies it is latency(baseline) / latency(subject): above 1 the subject answers sooner.
    `target_reached`: the interval is as narrow as the run aims for. `primary` is None for a contrast that was not
    declared. `builds_differ`: the two arms' builds differ in more than version and GIL, and the ratio includes that.
    """

    subject: Side
    baseline: Side
    span: Quantity
    estimate: Estimate
    provisional: bool
    target_reached: bool = False
    primary: Primary | None = None
    builds_differ: bool = False

    @property
    def verdict(self) -> Verdict | None:
        """The verdict of a primary; None for every other contrast, and while it is provisional."""
        return self.primary.verdict if self.primary else None


class Noise(Struct, frozen=True, kw_only=True):
    """What a run measured where there is no difference: its A/A control against the same arm.

    `wrong` of `contrasts` intervals exclude 1; chance alone leaves them at `allowed` or fewer in 95 % of runs.
    """

    contrasts: Count
    wrong: Count
    allowed: Count


class Choice(Struct, frozen=True, kw_only=True):
    """Under one arm, a workload's case of the shortest mean time against the shortest of another mode, whole span.

    `estimate` is that of time(next_best) / time(best); with one mode, or without a common block, there is none.
    """

    workload: str
    arm: str
    best: Case
    next_best: Case | None = None
    estimate: Estimate | None = None
    provisional: bool = True


class Finding(Struct, frozen=True, kw_only=True):
    """A reason not to believe a number, as data. `remedy` is empty where nothing can be done."""

    severity: Literal["error", "warning", "note"]
    check: str
    sentence: str
    sides: tuple[Side, ...] = ()
    remedy: str = ""
