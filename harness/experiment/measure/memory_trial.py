"""Memory trials: after the timed blocks, watched from outside while they run; their times are not used."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from subprocess import Popen

import msgspec

from harness.analysis.stopping import given_up_sides
from harness.experiment.machine.process_memory import available, tree_pss_bytes
from harness.experiment.measure import schedule, service_trial
from harness.experiment.measure.loop import Bench, record
from harness.experiment.plan.calibrate import order_for
from harness.experiment.process import worker_process
from harness.experiment.process.limits import Guard, wait
from harness.experiment.progress import Progress
from harness.records import Trial

INTERVAL_SECONDS = 0.005  # between two samples; a peak that is shorter can be missed, as the report says


@dataclass
class Peak:
    """The largest sum that was seen so far, in bytes; None when none could be taken. `guard` has the limit."""

    pss_bytes: int | None = None
    guard: Guard = field(default_factory=Guard)

    def wait(self, process: Popen[bytes], timeout_seconds: float) -> bool:
        """Sample until the process has ended; False when it had to be given up."""
        return self.until(process, process, timeout_seconds)

    def until(self, process: Popen[bytes], other: Popen[bytes], timeout_seconds: float) -> bool:
        """Sample a process until another has ended, as `wait` does until it has itself."""
        deadline = time.monotonic() + timeout_seconds
        while time.monotonic() < deadline:
            seen = tree_pss_bytes(process.pid)
            if seen is not None:
                self.pss_bytes = max(seen, self.pss_bytes or 0)
            if wait(other, INTERVAL_SECONDS):
                return True
            if self.guard.too_large(process.pid):
                return False
        self.guard.reason = f"no end within {timeout_seconds:g} s; it was killed"
        return False


def measure_memory(bench: Bench, before: Sequence[Trial], progress: Progress) -> Iterator[Trial]:
    """Measure what is still missing of the memory blocks, in the order that timed blocks have.

    Sides that failed three times in a row while they were timed are left out.
    """
    if not available():
        return
    experiment, gone = bench.experiment, set(given_up_sides(each for each in before if each.purpose == "time"))
    there = {(trial.side, trial.block) for trial in before if trial.purpose == "memory"}
    arms = [arm.label for arm in experiment.arms]
    for block in range(1, experiment.settings.memory_blocks + 1):
        for turn in schedule.order(experiment.cases, arms, experiment.settings.seed, block):
            if turn.side not in gone and (turn.side, block) not in there:
                progress.trial(turn.side)
                yield _measure_turn(bench, turn)


def _measure_turn(bench: Bench, turn: schedule.Turn) -> Trial:
    planned = turn.planned
    # As calibrated: at least 0.1 s under the slowest arm, and the warm-up besides.
    counts = {"loops": planned.loops, "values": planned.values, "warmups": planned.warmups}
    started_at = datetime.now(UTC).isoformat(timespec="milliseconds")
    source, arm, settings = bench.sources[planned.case.workload], bench.arms[turn.arm], bench.experiment.settings

    peak = Peak(guard=Guard(settings.memory_limit_bytes))
    peak.guard.waiting = peak.wait

    def trial() -> worker_process.Outcome:
        order = {**order_for(source, planned.case, settings, counts), "watched": True}
        if source.clients is not None:
            return service_trial.run(arm, order, settings.timeout_seconds, peak.until, peak.guard)
        return worker_process.run(arm.python, arm.arm.python_gil, order, settings.timeout_seconds, peak.guard)

    outcome, seen = source.sites.observe(trial)
    made = record(turn, outcome, started_at, seen)
    return msgspec.structs.replace(made, purpose="memory", peak_pss_bytes=peak.pss_bytes)
