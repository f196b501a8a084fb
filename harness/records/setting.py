"""What it is measured with: `experiment.json`, everything that is the same for all trials of a run."""

from pathlib import PurePath
from typing import Literal

from msgspec import Struct, field

from harness.records.cases import Case, Pair, PlannedCase, Side, Skipped
from harness.records.values import Count, Mode, Number, Seconds, Share, Size, Times

DistributionKind = Literal["pure", "wheel", "abi3 wheel", "built here", "abi3 built here", "compiled"]

Kind = Literal["cpu", "io", "service"]
PrimaryGroup = tuple[str | None, Kind]


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
    """An installed distribution; `compiled` is false for a pure-Python wheel.

    `tags` are all of its wheel's tags and `tag` is the first of them, the only one in runs from before all were kept.
    """

    name: str
    version: str
    tag: str
    compiled: bool
    tags: tuple[str, ...] = ()

    @property
    def kind(self) -> DistributionKind:
        """Who compiled it, if anyone, by its wheel's tags.

        An index takes no wheel tagged linux_x86_64 (PEP 513), so one was built here; other systems do not tell.
        """
        if not self.compiled:
            return "pure"
        tags = [tag.split("-") for tag in self.tags or (self.tag,) if tag.count("-") == 2]  # noqa: PLR2004 - PEP 425
        platforms = [platform for _, _, platform in tags]
        abi3 = any(abi.startswith("abi3") for _, abi, _ in tags)
        if any(platform.startswith(("manylinux", "musllinux")) for platform in platforms):
            return "abi3 wheel" if abi3 else "wheel"
        if any(platform.startswith("linux_") for platform in platforms):
            return "abi3 built here" if abi3 else "built here"
        return "compiled"


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
    usable_cpus: Times
    memory_bytes: Count
    governor: str | None


class Workload(Struct, frozen=True, kw_only=True):
    """One workload file as the worker described it.

    A file whose size is a series of points is one workload for each, named `file@point`; `series` says what the points
    count ("jobs", "bytes"). Points that are words count nothing and have neither. `answers_count` says what the answers
    count, if the report shows their sum ("lost updates"). `needs` are the installed distributions that it declares, and
    what these need in turn; None in runs from before this was asked. `clients` is how many send a
    service its jobs, each the next when the last one was answered; None for work that is no service. `library` is what
    does the work in `run`, `async_library` in `run_async`, where the file names them. `chunk_size` is how many jobs a
    pool process is sent at once.
    """

    name: str
    file: str
    sha256: str
    summary: str
    bound: Literal["cpu", "io"]
    jobs: Times
    answers_vary: str | None
    latency_seconds: Seconds | None = None
    group: str | None = None
    series: str | None = None
    point: Number | None = None
    answers_count: str | None = None
    needs: tuple[str, ...] | None = None
    clients: Count | None = None
    library: str | None = None
    async_library: str | None = None
    chunk_size: Times = 1

    def library_in(self, mode: Mode) -> str | None:
        """Return the library that does the work in a mode; None where the file names none."""
        return self.async_library if mode == "asyncio" else self.library

    @property
    def family(self) -> str:
        """The name of its file, which all points of a series share; its own name where there are none."""
        return PurePath(self.file).stem

    @property
    def kind(self) -> Kind:
        """The kind of its work: a service is neither simply computing nor simply waiting."""
        return self.bound if self.clients is None else "service"

    @property
    def primary_group(self) -> PrimaryGroup:
        """Its group and its kind: the primaries of all workloads that share both have one family-wise error."""
        return self.group, self.kind

    @property
    def is_point(self) -> bool:
        """Whether its file is measured point by point, and this is one of them."""
        return self.name.startswith(f"{self.family}@")


class Culprit(Struct, frozen=True, kw_only=True):
    """An extension module that switches the GIL on when an arm without it imports a workload.

    `distribution` brings it, in `version`; None where it was not installed.
    """

    arm: str
    workload: str
    module: str
    distribution: str | None = None
    version: str | None = None


class Settings(Struct, frozen=True, kw_only=True):
    """What was asked for; with the workload files and interpreters it determines the run.

    `variables` are the names of the environment's variables that change how fast things are.
    """

    profile: Literal["normal", "quick", "precise"]
    size: Size
    budget_seconds: Seconds
    blocks: Count | None
    target: Share
    seed: Number
    start_method: Literal["fork", "spawn", "forkserver"]
    timeout_seconds: Seconds
    command: str
    sites: tuple[str, ...] = ()
    scaling: Literal["strong", "weak"] = "strong"
    memory_blocks: Count = 0
    dependencies: Literal["matched", "wheels"] = "wheels"
    memory_limit_bytes: Count | None = None
    optimized: bool = False
    everything: bool = False
    variables: tuple[str, ...] = ()


class Control(Struct, frozen=True, kw_only=True):
    """An arm measured a second time under another label, so that a run shows what it makes of no difference at all.

    `label` is its trials' arm, `of` the arm that it is; only some cases are measured under it.
    """

    label: str
    of: str
    cases: tuple[Case, ...]

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """The contrasts of the control with its arm, whose true ratio is 1."""
        return tuple(
            Pair(subject=case.under(self.label), baseline=case.under(self.of), primary=True) for case in self.cases
        )


class Experiment(Struct, frozen=True, kw_only=True):
    """`experiment.json`: everything about a run that is the same for all of its trials."""

    format: int
    harness_version: str
    started_at: str
    settings: Settings
    machine: Machine
    arms: tuple[Arm, ...]
    workloads: tuple[Workload, ...]
    cases: tuple[PlannedCase, ...]
    skipped: tuple[Skipped, ...]
    pairs: tuple[Pair, ...]
    control: Control | None = field(default=None, name="shadow")  # the key in run directories since 0.1.0
    culprits: tuple[Culprit, ...] = ()
    worker_sha256: str | None = None  # of the worker's code; runs of harness 0.1.0 did not record it

    @property
    def sides(self) -> frozenset[Side]:
        """Everything that is measured in a block: every case under every arm, and the cases of the control."""
        planned = [each.case.under(arm.label) for each in self.cases for arm in self.arms]
        doubled = [pair.subject for pair in self.control.pairs] if self.control else []
        return frozenset([*planned, *doubled])

    @property
    def provisional(self) -> bool:
        """A quick run never gives verdicts."""
        return self.settings.profile == "quick"

    def arm(self, label: str) -> Arm:
        """Return the arm with this label; KeyError when there is none."""
        return {arm.label: arm for arm in self.arms}[label]
