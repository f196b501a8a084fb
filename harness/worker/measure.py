"""One trial: warm up, let pyperf take the values, and say what the process was meanwhile."""

import gc
import hashlib
import os
import resource
from collections.abc import Callable
from time import perf_counter
from types import ModuleType
from typing import Any, NamedTuple

from harness.worker import canary, gil, workload_file
from harness.worker.loop import Loop
from harness.worker.modes import MODES

# Shorter loops are too many to collect garbage before each: a collection takes milliseconds.
COLLECTED_SECONDS = 0.01


def measure(order: dict[str, Any]) -> dict[str, Any]:
    """Measure one case as `order` says and return the trial's own part of its journal line.

    `order`: path, mode, workers, size, point (of a series, or None), sites, start_method, loops, values, warmups, jobs
    (at most that many, or None), watched (for its memory; false if it is missing), scaling (strong if it is missing;
    weak: each worker brings the whole list of jobs once more).
    """
    gil_before_import = gil.enabled()
    workload = workload_file.module(order["path"])
    jobs = workload_file.ordered_jobs(workload, order)
    obstacle = workload_file.obstacle(workload, order["mode"])
    if obstacle is not None:
        raise workload_file.WorkloadError(obstacle)
    take = _values_for_memory if order.get("watched") else _by_pyperf()
    workload_file.open_once(workload, order["mode"])
    gil_after_import = gil.enabled()
    recorder = _Recorder(workload, jobs, order)
    warmup = [recorder.loop() for _ in range(order["warmups"])]
    recorder.settle()
    take(recorder, order)
    return {
        "values": recorder.values,
        "warmup_seconds": sum(loop.stopped - loop.began for loop in warmup),
        **recorder.used._asdict(),
        "canary": canary.kind(order["mode"], recorder.canaries),
        "canaries_seconds": recorder.canaries_seconds,
        "answer": recorder.answer(),
        "counted": recorder.counted,
        "gil": {
            "free_threaded_build": gil.free_threaded_build(),
            "before_import": gil_before_import,
            "after_import": gil_after_import,
            "at_end": gil.enabled(),
            "pool": recorder.pool,
        },
        "usable_cpus": usable_cpus(),
        "start_method": order["start_method"] if order["mode"] == "processes" else None,
    }


class Usage(NamedTuple):
    """What this process and the children that it waited for took of the CPUs, and how often they let go of one."""

    cpu_seconds: float = 0.0
    voluntary_switches: int = 0
    involuntary_switches: int = 0

    def plus(self, then: "Usage", now: "Usage") -> "Usage":
        """Add what was used between two readings."""
        return Usage(
            self.cpu_seconds + now.cpu_seconds - then.cpu_seconds,
            self.voluntary_switches + now.voluntary_switches - then.voluntary_switches,
            self.involuntary_switches + now.involuntary_switches - then.involuntary_switches,
        )


class _Recorder:
    """Runs loops for pyperf, and keeps what pyperf does not: the spans, the answers' digests, CPU use, pools."""

    def __init__(self, workload: ModuleType, jobs: list[Any], order: dict[str, Any]) -> None:
        self._arguments = (workload, jobs, order["workers"], order["start_method"])
        self.name = workload.__name__
        self._mode, self._mode_name = MODES[order["mode"]], order["mode"]
        self._may_vary = hasattr(workload, "ANSWERS_VARY")
        self.counted: int | None = 0 if hasattr(workload, "ANSWERS_COUNT") else None
        self._digests: list[str] = []
        self.values: list[dict[str, Any]] = []
        self.pool: list[dict[str, bool]] = []
        self.used = Usage()
        self.canaries = canary.how_many(order["mode"], order["workers"], order["start_method"], usable_cpus())
        self.canaries_seconds = 0.0
        self._before = 0.0
        self._last_seconds = COLLECTED_SECONDS

    def settle(self) -> None:
        """Forget what the warm-up took and counted; the first canary pays for its own first run, the second counts."""
        self.used = Usage()
        self.counted = None if self.counted is None else 0
        self._canary()
        self._before = self._canary()

    def _canary(self) -> float:
        began = perf_counter()
        seconds = canary.seconds(self._mode_name, self.canaries)
        self.canaries_seconds += perf_counter() - began
        return seconds

    def loop(self) -> Loop:
        """Run one loop; whatever is not the loop itself happens outside its four moments.

        What the loop before left is collected first, as a script that does the work once has none of it: downloads on
        an event loop leave cycles with their sockets, and the next loop took more or less time by chance.
        """
        if self._last_seconds >= COLLECTED_SECONDS:
            gc.collect()
        before = _usage()
        loop = self._mode(*self._arguments)
        self.used = self.used.plus(before, _usage())
        self._last_seconds = loop.stopped - loop.began
        self.pool = list(loop.pool)
        if self.counted is not None:
            self.counted += sum(loop.answers)
        self._digests.append(hashlib.sha256(repr(loop.answers).encode()).hexdigest())
        return loop

    def value(self, loops: int) -> float:
        """Run `loops` loops, keep their mean spans and return the sum of their whole seconds, as pyperf wants it.

        The canary after one value is the one before the next.
        """
        done = [self.loop() for _ in range(loops)]
        after = self._canary()
        spans = {
            "start_seconds": sum(loop.ready - loop.began for loop in done) / loops,
            "work_seconds": sum(loop.done - loop.ready for loop in done) / loops,
            "stop_seconds": sum(loop.stopped - loop.done for loop in done) / loops,
        }
        self.values.append({**spans, "canary_seconds": [self._before, after]})
        self._before = after
        return sum(spans.values()) * loops

    def answer(self) -> str:
        """Return the digest that all loops agree on, or the last one where the workload says that answers vary."""
        if len(set(self._digests)) > 1 and not self._may_vary:
            message = (
                f"{len(set(self._digests))} different answers in {len(self._digests)} loops of one trial; "
                "the jobs race, or depend on something that changes: mend that, or declare ANSWERS_VARY."
            )
            raise workload_file.WorkloadError(message)
        return self._digests[-1]


def _usage() -> Usage:
    own, theirs = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return Usage(
        cpu_seconds=own.ru_utime + own.ru_stime + theirs.ru_utime + theirs.ru_stime,
        voluntary_switches=own.ru_nvcsw + theirs.ru_nvcsw,
        involuntary_switches=own.ru_nivcsw + theirs.ru_nivcsw,
    )


def _by_pyperf() -> Callable[[_Recorder, dict[str, Any]], None]:
    import pyperf  # noqa: PLC0415 - after the workload, so that what the workload does to the GIL is seen by itself

    def values(recorder: _Recorder, order: dict[str, Any]) -> None:
        runner = pyperf.Runner()
        counts = [f"--loops={order['loops']}", f"--values={order['values']}", "--warmups=0"]
        runner.parse_args(["--worker", "--quiet", *counts])
        runner.bench_time_func(recorder.name, recorder.value)

    return values


def _values_for_memory(recorder: _Recorder, order: dict[str, Any]) -> None:
    """Without pyperf, which has memory of its own and asks other programs about the machine when it ends."""
    for _ in range(order["values"]):
        recorder.value(order["loops"])


def usable_cpus() -> int:
    """How many CPUs this process may run on: what affinity leaves, pyperf's own pinning to isolated CPUs included."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1
