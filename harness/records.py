"""The record types that the rooms share: frozen, and validated when they are read from a run directory."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

FORMAT = 1  # of a run directory; raised when an older reader would misunderstand what is written

Seconds = Annotated[float, Meta(ge=0.0)]
Count = Annotated[int, Meta(ge=0)]
Mode = Literal["serial", "threads", "processes", "asyncio"]
Span = Literal["whole", "work"]
Verdict = Literal["faster", "slower", "equivalent", "undecided"]
Size = Literal["quick", "default", "original"]

MODES: tuple[Mode, ...] = ("serial", "threads", "processes", "asyncio")
SPANS: tuple[Span, ...] = ("whole", "work")


class Case(Struct, frozen=True, kw_only=True, order=True):
    """Workload × mode × workers. The same cases run under every arm."""

    workload: str
    mode: Mode
    workers: Count

    def under(self, arm: str) -> "Side":
        """Return this case under one arm."""
        return Side(workload=self.workload, mode=self.mode, workers=self.workers, arm=arm)

    def __str__(self) -> str:
        return f"{self.workload}/{self.mode}" + ("" if self.mode == "serial" else f"/{self.workers}")


class Side(Struct, frozen=True, kw_only=True, order=True):
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
    loops: Annotated[int, Meta(ge=1)]
    values: Annotated[int, Meta(ge=1)]
    warmups: Count


class Skipped(Struct, frozen=True, kw_only=True):
    """A mode that cannot measure a workload, and why, in one line."""

    workload: str
    mode: Mode
    reason: str


class Pair(Struct, frozen=True, kw_only=True):
    """The two sides of a contrast, declared before anything is measured."""

    subject: Side
    baseline: Side
    primary: bool


class Build(Struct, frozen=True, kw_only=True):
    """What an interpreter says of its own build."""

    implementation: str
    version: str
    free_threaded: bool
    debug: bool
    shared: bool
    pgo: bool
    lto: bool
    compiler: str
    configure_args: tuple[str, ...]
    optimization: str


class Distribution(Struct, frozen=True, kw_only=True):
    """An installed distribution; `compiled` is false for a pure-Python wheel."""

    name: str
    version: str
    tag: str
    compiled: bool


class Arm(Struct, frozen=True, kw_only=True):
    """An interpreter plus the GIL setting it is measured with (`PYTHON_GIL` unset, or "1")."""

    label: str
    interpreter: str
    python_gil: Literal["1"] | None
    origin: str
    build: Build
    distributions: tuple[Distribution, ...]

    @property
    def gil_expected(self) -> bool:
        """Whether the GIL should be on in this arm's processes."""
        return not self.build.free_threaded or self.python_gil == "1"


class Machine(Struct, frozen=True, kw_only=True):
    """The machine, without anything that names it."""

    system: str
    kernel: str
    architecture: str
    cpu_model: str
    usable_cpus: Count
    memory_bytes: Count
    governor: str | None


class Workload(Struct, frozen=True, kw_only=True):
    """One workload file as the worker described it."""

    name: str
    file: str
    sha256: str
    summary: str
    bound: Literal["cpu", "io"]
    jobs: Count
    answers_vary: str | None


class Settings(Struct, frozen=True, kw_only=True):
    """What was asked for; with the workload files and interpreters it determines the run."""

    profile: Literal["normal", "quick", "precise"]
    size: Size
    budget_seconds: Seconds
    blocks: Count | None
    target: float
    seed: int
    start_method: Literal["fork", "spawn", "forkserver"]
    timeout_seconds: Seconds
    command: str


class Experiment(Struct, frozen=True, kw_only=True):
    """`experiment.json`: everything about a run that is the same for all of its trials."""

    format: int
    harness_version: str
    started_at: str
    settings: Settings
    machine: Machine
    arms: tuple[Arm, ...]
    mismatches: tuple[str, ...]
    workloads: tuple[Workload, ...]
    cases: tuple[PlannedCase, ...]
    skipped: tuple[Skipped, ...]
    pairs: tuple[Pair, ...]

    @property
    def provisional(self) -> bool:
        """A quick run never gives verdicts."""
        return self.settings.profile == "quick"

    def arm(self, label: str) -> Arm:
        """Return the arm with this label; KeyError when there is none."""
        return {arm.label: arm for arm in self.arms}[label]


class Value(Struct, frozen=True, kw_only=True):
    """One timed value: seconds per loop, cut into three spans."""

    start_seconds: Seconds
    work_seconds: Seconds
    stop_seconds: Seconds

    @property
    def whole_seconds(self) -> float:
        """What a script pays: start + work + stop."""
        return self.start_seconds + self.work_seconds + self.stop_seconds

    def span_seconds(self, span: Span) -> float:
        """Seconds of one span."""
        return self.whole_seconds if span == "whole" else self.work_seconds


class ProcessGil(Struct, frozen=True, kw_only=True):
    """Whether the GIL was on at three moments of one process (always true before CPython 3.13)."""

    before_import: bool
    after_import: bool
    at_end: bool


class Gil(Struct, frozen=True, kw_only=True):
    """The same for a trial's main process, and for each process of its pool."""

    free_threaded_build: bool
    before_import: bool
    after_import: bool
    at_end: bool
    pool: tuple[ProcessGil, ...] = ()


class Trial(Struct, frozen=True, kw_only=True):
    """One line of `trials.jsonl`: one fresh process that measured one case under one arm.

    `order` counts all trials of the run from 0; `cpu_seconds` are user + system seconds of the process and its children
    while the values were measured; `elapsed_seconds` is the life of the process as the driver saw it.
    """

    arm: str
    workload: str
    mode: Mode
    workers: Count
    block: Count
    order: Count
    loops: Count
    status: Literal["ok", "failed", "timed-out"]
    values: tuple[Value, ...] = ()
    warmup_seconds: Seconds | None = None
    cpu_seconds: Seconds | None = None
    answer: str | None = None
    gil: Gil | None = None
    usable_cpus: Count | None = None
    start_method: str | None = None
    reason: str | None = None
    elapsed_seconds: Seconds = 0.0
    started_at: str = ""

    @property
    def side(self) -> Side:
        """The case and arm this trial belongs to."""
        return Side(workload=self.workload, mode=self.mode, workers=self.workers, arm=self.arm)

    def mean_seconds(self, span: Span) -> float:
        """Mean seconds per loop over the trial's values."""
        return sum(value.span_seconds(span) for value in self.values) / len(self.values)


class Time(Struct, frozen=True, kw_only=True):
    """Seconds per loop of one side, with its 95 % interval (none below two blocks)."""

    side: Side
    span: Span
    seconds: float
    low: float | None
    high: float | None
    blocks: Count


class Contrast(Struct, frozen=True, kw_only=True):
    """One entry of `contrasts.json`: time(baseline) / time(subject); above 1 the subject is faster."""

    subject: Side
    baseline: Side
    span: Span
    ratio: float
    low: float | None
    high: float | None
    blocks: Count
    primary: bool
    provisional: bool
    target_reached: bool
    verdict: Verdict | None


class Finding(Struct, frozen=True, kw_only=True):
    """A reason not to believe a number, as data. `remedy` is empty where nothing can be done."""

    severity: Literal["error", "warning", "note"]
    check: str
    sentence: str
    sides: tuple[Side, ...] = ()
    remedy: str = ""


class Journal(Struct, frozen=True, kw_only=True):
    """What was read from `trials.jsonl`; damaged lines are counted, never guessed."""

    trials: tuple[Trial, ...]
    damaged_lines: Count = 0
