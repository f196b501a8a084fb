"""The protocol between the driver and a worker process: each order and its answer, as JSON objects.

Both sides import this module, so it imports nothing but the standard library.
"""

from typing import Any, Literal, NotRequired, TypedDict


class Order(TypedDict):
    """`path` is the workload's file; `outcome`, the file for the reply, is added when the worker is started."""

    path: str
    outcome: NotRequired[str]


class CaseOrder(Order):
    """Which case to run, and how often.

    `point` is one point of a series; `jobs` the most jobs to do (None: all); with `scaling` "weak" each worker brings
    the whole list of jobs once more.
    """

    mode: str
    workers: int
    size: str
    point: str | None
    scaling: str
    sites: list[str]
    start_method: str
    loops: int
    values: int
    warmups: int
    jobs: int | None


class MeasureOrder(CaseOrder):
    """Measure a case; a `watched` worker is sampled for its memory, so it does without pyperf."""

    task: Literal["measure"]
    watched: bool


class ServeOrder(CaseOrder):
    """Serve a case until SIGTERM; the worker writes its `Announcement` into the file `ready` once it listens."""

    task: Literal["serve"]
    ready: str


class DescribeOrder(Order):
    """Describe a workload at one size; `sites` are only counted with."""

    task: Literal["describe"]
    size: str
    sites: list[str]
    modes: list[str]
    scaling: str


class DistributionsOrder(Order):
    """List the distributions that are installed in the interpreter's environment."""

    task: Literal["distributions"]


class CulpritsOrder(Order):
    """Import the workload as a trial does, or `module` alone, found in `folders`."""

    task: Literal["culprits"]
    module: str | None
    folders: list[str]


class GilState(TypedDict):
    """Whether the GIL was on at three moments of one process."""

    before_import: bool
    after_import: bool
    at_end: bool


class GilStates(GilState):
    """The same for a trial's main process, and for each process of its pool."""

    free_threaded_build: bool
    pool: list[GilState]


class TimedValue(TypedDict):
    """Seconds per loop, cut into three spans, and the canaries directly before and after the value."""

    start_seconds: float
    work_seconds: float
    stop_seconds: float
    canary_seconds: list[float]


class ProcessAnswer(TypedDict):
    """What every trial's process reports about itself."""

    canary: str
    canaries_seconds: float
    gil: GilStates
    usable_cpus: int
    start_method: str | None


class CpuUse(TypedDict):
    """What the process and its children did on the CPUs while the values were measured.

    `run_delay_seconds` is how long their threads were ready to run without a CPU; None where nothing counts that.
    """

    cpu_seconds: float
    user_cpu_seconds: float
    system_cpu_seconds: float
    run_delay_seconds: float | None
    minor_faults: int
    major_faults: int
    voluntary_switches: int
    involuntary_switches: int


class MeasureAnswer(ProcessAnswer, CpuUse):
    """The trial's own part of its journal line."""

    values: list[TimedValue]
    warmup_seconds: float
    answer: str
    counted: int | None


class ServeAnswer(ProcessAnswer):
    """The server's part of a service's journal line; the load has the rest."""

    canary_seconds: list[float]


class Announcement(TypedDict):
    """Where a server listens, the paths to get, and the JSON values that it has to answer."""

    port: int
    jobs: list[str]
    expected: list[Any]


class DescribeAnswer(TypedDict):
    """What a workload file declares.

    `obstacles` maps the modes that cannot measure it to the reason, `libraries` the function that does one job to the
    library that it does it with, `chunk_sizes` each point, as text, to how many jobs a pool process is sent at once.
    """

    summary: str
    bound: str
    service: bool
    group: str | None
    series: str | None
    points: list[tuple[Any, int]]
    sizes: list[str]
    needs_sites: bool
    latency_seconds: float
    answers_vary: str | None
    answers_count: str | None
    libraries: dict[str, str]
    chunk_sizes: dict[str, int]
    obstacles: dict[str, str]


class InstalledDistribution(TypedDict):
    """One installed distribution as its metadata has it: names and requirements are not normalized."""

    name: str
    version: str
    tags: list[str]
    requires: list[str]


class LoadedModule(TypedDict):
    """An extension module, and the distribution that brought it."""

    module: str
    distribution: str | None


class CulpritsAnswer(TypedDict):
    """Whether the GIL came back on, and what it takes to try the other modules one by one.

    `named` is the module that CPython's warning names, which is the first one only; `extensions` are the loaded ones
    that are not the standard library's.
    """

    switched_on: bool
    named: list[LoadedModule]
    extensions: list[str]
    folders: list[str]


class OrderError(Exception):
    """The order is none that a worker can carry out; the message says why."""
