"""What a trial leaves: one line of `trials.jsonl`.

These records are numbers, words and such records again, so they never form a cycle: with `gc=False` the collector does
not look for one in each of a long run's million records again and again.
"""

from typing import Literal

from msgspec import Struct

from harness.records.cases import Side
from harness.records.values import Amount, Count, Mode, Number, Seconds, Span, Times


class Value(Struct, frozen=True, kw_only=True, gc=False):
    """One timed value: seconds per loop, cut into three spans, and the canaries directly before and after it."""

    start_seconds: Seconds
    work_seconds: Seconds
    stop_seconds: Seconds
    canary_seconds: tuple[Seconds, Seconds] | None = None

    @property
    def whole_seconds(self) -> float:
        """What a script pays: start + work + stop."""
        return self.start_seconds + self.work_seconds + self.stop_seconds

    def span_seconds(self, span: Span) -> float:
        """Seconds of one span."""
        return self.whole_seconds if span == "whole" else self.work_seconds


class ProcessGil(Struct, frozen=True, kw_only=True, gc=False):
    """Whether the GIL was on at three moments of one process (always true before CPython 3.13)."""

    before_import: bool
    after_import: bool
    at_end: bool


class Gil(Struct, frozen=True, kw_only=True, gc=False):
    """The same for a trial's main process, and for each process of its pool."""

    free_threaded_build: bool
    before_import: bool
    after_import: bool
    at_end: bool
    pool: tuple[ProcessGil, ...] = ()


class Server(Struct, frozen=True, kw_only=True, gc=False):
    """What the local sites saw of one trial, warm-up included; `connections` is None where nothing counted them."""

    requests: Count
    peak_in_flight: Count
    cpu_seconds: Seconds
    connections: Count | None = None


class Service(Struct, frozen=True, kw_only=True, gc=False):
    """What the load measured of a service, apart from the seconds that its computes took.

    `ping_seconds` has the latency of each ping, counted from when it was due, and `late_seconds` how long after that it
    was sent; `load_cpu_seconds` is the load's own CPU time during the value, `load_whole_cpu_seconds` that of its life.
    """

    clients: Count
    ready_seconds: Seconds
    ping_seconds: tuple[Seconds, ...]
    late_seconds: tuple[Seconds, ...]
    load_cpu_seconds: Seconds
    load_whole_cpu_seconds: Seconds


class Surroundings(Struct, frozen=True, kw_only=True, gc=False):
    """What the machine did while a trial's process lived; None where the kernel does not tell.

    `other_cpu_seconds`: what all CPUs worked outside the trial and the local server; `steal_seconds`: what
    the hypervisor took; `pressure_seconds`: how long something waited for a CPU (PSI, the trial's own workers
    included); `throttled_seconds`: how long the cgroup's quota stopped it; `megahertz`: the CPUs' mean frequency at
    the end; `suspended_seconds`: how long the machine was suspended, or the driver stopped, then and in its block
    before.
    """

    other_cpu_seconds: Amount | None = None
    steal_seconds: Amount | None = None
    pressure_seconds: Amount | None = None
    throttled_seconds: Amount | None = None
    megahertz: Amount | None = None
    suspended_seconds: Amount | None = None


class Trial(Struct, frozen=True, kw_only=True, gc=False):
    """One line of `trials.jsonl`: one fresh process that measured one case under one arm.

    `order` counts the places of all trials of the run from 0, and `attempt` those who took the same place in the same
    block, because the machine disturbed the earlier ones; `cpu_seconds` are user + system seconds of the process and
    its children while the values were measured, and the page faults and context switches those of the same time;
    `run_delay_seconds` is how long their threads were ready to run without a CPU, up to the last answer of each loop,
    and None of services, of loops below 10 ms and where the kernel does not count it; `counted` is the sum of the
    answers of all loops of the values, where the workload says what they count; `canary` says what the values' canaries
    are, `canaries_seconds` what all of them cost; `elapsed_seconds` is the life of the process as the driver
    saw it. A trial whose purpose is memory was watched from outside while it ran, so its times are not used: it counts
    for `peak_pss_bytes`, the largest sum of the proportional set sizes of the process and its descendants, as if they
    were alone on the machine.
    """

    arm: str
    workload: str
    mode: Mode
    workers: Count
    block: Count
    order: Count
    attempt: Count = 0
    loops: Times
    status: Literal["ok", "failed", "timed-out"]
    values: tuple[Value, ...] = ()
    warmup_seconds: Seconds | None = None
    cpu_seconds: Seconds | None = None
    user_cpu_seconds: Seconds | None = None
    system_cpu_seconds: Seconds | None = None
    run_delay_seconds: Seconds | None = None
    minor_faults: Count | None = None
    major_faults: Count | None = None
    voluntary_switches: Count | None = None
    involuntary_switches: Count | None = None
    purpose: Literal["time", "memory"] = "time"
    peak_pss_bytes: Count | None = None
    answer: str | None = None
    counted: Number | None = None
    gil: Gil | None = None
    usable_cpus: Count | None = None
    start_method: str | None = None
    server: Server | None = None
    service: Service | None = None
    canary: str | None = None
    canaries_seconds: Seconds | None = None
    surroundings: Surroundings | None = None
    reason: str | None = None
    elapsed_seconds: Seconds = 0.0
    started_at: str = ""

    @property
    def side(self) -> Side:
        """The case and arm this trial belongs to."""
        return Side(workload=self.workload, mode=self.mode, workers=self.workers, arm=self.arm)

    def mean_seconds(self, span: Span) -> float:
        """Mean seconds per loop over the trial's values."""
        return sum([value.span_seconds(span) for value in self.values]) / len(self.values)


class Journal(Struct, frozen=True, kw_only=True):
    """What was read from `trials.jsonl`; what is left out is counted, never guessed.

    Damaged lines cannot be read or say what nothing can have measured, foreign ones belong to no side of the run, and
    repeated ones are of a place that has its trial.
    """

    trials: tuple[Trial, ...]
    damaged_lines: Count = 0
    foreign_lines: Count = 0
    repeated_lines: Count = 0
