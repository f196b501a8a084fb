"""What is measured: cases, and the contrasts between them that are declared beforehand."""

from msgspec import Struct

from harness.records.values import ONE_BY_ONE, Count, Mode, Times


class Case(Struct, frozen=True, kw_only=True, order=True, gc=False):
    """Workload × mode × workers. The same cases run under every arm."""

    workload: str
    mode: Mode
    workers: Count

    def under(self, arm: str) -> "Side":
        """Return this case under one arm."""
        return Side(workload=self.workload, mode=self.mode, workers=self.workers, arm=arm)

    def __str__(self) -> str:
        return f"{self.workload}/{self.mode}" + ("" if self.mode in ONE_BY_ONE else f"/{self.workers}")


class Side(Struct, frozen=True, kw_only=True, order=True, gc=False):
    """A case under an arm: one side of a contrast."""

    workload: str
    mode: Mode
    workers: Count
    arm: str

    @property
    def case(self) -> Case:
        """The case without its arm."""
        return Case(workload=self.workload, mode=self.mode, workers=self.workers)

    def __str__(self) -> str:
        return f"{self.case} on {self.arm}"


class PlannedCase(Struct, frozen=True, kw_only=True):
    """A case with what calibration found: loops and values are the same for every arm."""

    case: Case
    loops: Times
    values: Times
    warmups: Count


class Skipped(Struct, frozen=True, kw_only=True):
    """A mode, or one worker count of it, that is not measured for a workload, and why, in one line."""

    workload: str
    mode: Mode
    workers: Count | None = None
    reason: str


class Pair(Struct, frozen=True, kw_only=True):
    """The two sides of a contrast, declared before anything is measured."""

    subject: Side
    baseline: Side
    primary: bool
