"""One trial: warm up, let pyperf take the values, and report what the process did meanwhile."""

import gc
import hashlib
from collections.abc import Callable
from functools import partial
from time import perf_counter
from types import ModuleType
from typing import Any

from harness.worker import canary, gil, workload_file
from harness.worker.loop import LONG_SECONDS, Loop
from harness.worker.modes import MODES, processes
from harness.worker.orders import CpuUse, GilState, MeasureAnswer, MeasureOrder, TimedValue
from harness.worker.usage import Usage, affinity, run_delay_seconds, so_far, usable_cpus

LARGEST_COUNT = 2**53  # of what answers count: larger whole numbers do not survive in every reader of JSON

Take = Callable[["Recorder", MeasureOrder], None]


def measure(order: MeasureOrder) -> MeasureAnswer:
    """Measure one case and return the trial's own part of its journal line."""
    gil_before_import = gil.enabled()
    workload = workload_file.module(order["path"])
    jobs = workload_file.ordered_jobs(workload, order)
    obstacle = workload_file.obstacle(workload, order["mode"])
    if obstacle is not None:
        raise workload_file.WorkloadError(obstacle)
    take = _values_for_memory if order["watched"] else _by_pyperf()
    workload_file.open_once(workload, order["mode"])
    gil_after_import = gil.enabled()
    recorder = Recorder(workload, jobs, order["mode"], order["workers"], order["start_method"])
    if order["mode"] == "processes":
        recorder.mode = partial(processes, chunk_size=workload_file.chunk_size(workload, order["point"]))
    warmup = [recorder.loop() for _ in range(order["warmups"])]
    recorder.settle()
    take(recorder, order)
    return {
        "values": recorder.values,
        "warmup_seconds": sum(loop.stopped - loop.began for loop in warmup),
        **_used(recorder),
        "canary": canary.kind(recorder.canaries),
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


def _used(recorder: "Recorder") -> CpuUse:
    used = recorder.used
    return {
        "cpu_seconds": used.user_seconds + used.system_seconds,
        "user_cpu_seconds": used.user_seconds,
        "system_cpu_seconds": used.system_seconds,
        "run_delay_seconds": recorder.run_delay_seconds,
        "minor_faults": used.minor_faults,
        "major_faults": used.major_faults,
        "voluntary_switches": used.voluntary_switches,
        "involuntary_switches": used.involuntary_switches,
    }


class Recorder:
    """Runs loops for pyperf, and keeps what pyperf does not: the spans, the answers' digests, CPU use, pools."""

    def __init__(self, workload: ModuleType, jobs: list[Any], mode: str, workers: int, start_method: str) -> None:
        self._arguments = (workload, jobs, workers, start_method)
        self.name = workload.__name__
        self.mode = MODES[mode]
        self._may_vary = hasattr(workload, "ANSWERS_VARY")
        self.counted: int | None = 0 if hasattr(workload, "ANSWERS_COUNT") else None
        self._digests: list[str] = []
        self.values: list[TimedValue] = []
        self.pool: list[GilState] = []
        self.used = Usage()
        self.run_delay_seconds: float | None = 0.0
        self._pooled = mode in ("threads", "processes")
        self.canaries = canary.how_many(mode, workers, start_method, usable_cpus())
        self.canaries_seconds = 0.0
        self._before = 0.0
        self._last_seconds = LONG_SECONDS

    def settle(self) -> None:
        """Forget what the warm-up took and counted; the first canary pays for its own first run, the second counts."""
        self.used = Usage()
        self.run_delay_seconds = 0.0
        self.counted = None if self.counted is None else 0
        self._canary()
        self._before = self._canary()

    def _canary(self) -> float:
        began = perf_counter()
        seconds = canary.seconds(self.canaries)
        self.canaries_seconds += perf_counter() - began
        return seconds

    def loop(self) -> Loop:
        """Run one loop; whatever is not the loop itself happens outside its four moments.

        What the loop before left is collected first, as a script that does the work once has none of it: downloads on
        an event loop leave cycles with their sockets, and the next loop took more or less time by chance.
        """
        long = self._last_seconds >= LONG_SECONDS  # a collection takes milliseconds
        if long:
            gc.collect()
        delayed_before = run_delay_seconds() if long else None
        before = so_far()
        loop = self.mode(*self._arguments)
        self.used = self.used.plus(before, so_far())
        self._last_seconds = loop.stopped - loop.began
        self._delayed(delayed_before, loop)
        self.pool = list(loop.pool)
        if self.counted is not None:
            self.counted = _counted(self.counted, loop.answers)
        self._digests.append(hashlib.sha256(repr(loop.answers).encode()).hexdigest())
        return loop

    def _delayed(self, before: float | None, loop: Loop) -> None:
        """Add how long the loop's threads waited for CPUs; one loop that does not tell makes it unknown.

        What a thread that ended in the loop had waited before makes the difference smaller, never negative.
        """
        after = loop.run_delay_seconds if self._pooled else run_delay_seconds()
        if before is None or after is None or self.run_delay_seconds is None:
            self.run_delay_seconds = None
        else:
            self.run_delay_seconds += max(0.0, after - before)

    def value(self, loops: int) -> float:
        """Run `loops` loops, keep their mean spans and return the sum of their whole seconds, as pyperf wants it.

        The canary after one value is the one before the next.
        """
        finished = [self.loop() for _ in range(loops)]
        after = self._canary()
        start = sum(loop.ready - loop.began for loop in finished) / loops
        work = sum(loop.done - loop.ready for loop in finished) / loops
        stop = sum(loop.stopped - loop.done for loop in finished) / loops
        self.values.append(
            {
                "start_seconds": start,
                "work_seconds": work,
                "stop_seconds": stop,
                "canary_seconds": [self._before, after],
            }
        )
        self._before = after
        return (start + work + stop) * loops

    def answer(self) -> str:
        """Return the digest that all loops agree on, or the last one where the workload says that answers vary."""
        if len(set(self._digests)) > 1 and not self._may_vary:
            message = (
                f"{len(set(self._digests))} different answers in {len(self._digests)} loops of one trial; "
                "the jobs race, or depend on something that changes: fix that, or declare ANSWERS_VARY."
            )
            raise workload_file.WorkloadError(message)
        return self._digests[-1]


def _counted(before: int, answers: list[Any]) -> int:
    total = before + sum(answers)
    if not isinstance(total, int) or abs(total) > LARGEST_COUNT:
        message = (
            f"its answers sum to {total!r}, but what ANSWERS_COUNT counts has to be a whole number of at most 2**53; "
            "return such numbers from run(job), or remove ANSWERS_COUNT."
        )
        raise workload_file.WorkloadError(message)
    return total


def _by_pyperf() -> Take:
    import pyperf  # noqa: PLC0415 - after the workload, so that what the workload does to the GIL is seen by itself

    def values(recorder: Recorder, order: MeasureOrder) -> None:
        runner = pyperf.Runner()
        counts = [f"--loops={order['loops']}", f"--values={order['values']}", "--warmups=0"]
        runner.parse_args(["--worker", "--quiet", *counts, *_affinity_option()])
        runner.bench_time_func(recorder.name, recorder.value)

    return values


def _affinity_option() -> list[str]:
    """Return the option with which pyperf leaves the process where it is.

    Without it pyperf pins the process to the CPUs that the kernel isolates, after canaries were made for others.
    """
    cpus = affinity()
    return [] if cpus is None else [f"--affinity={','.join(map(str, cpus))}"]


def _values_for_memory(recorder: Recorder, order: MeasureOrder) -> None:
    """Without pyperf, which has memory of its own and asks other programs about the machine when it ends."""
    for _ in range(order["values"]):
        recorder.value(order["loops"])
