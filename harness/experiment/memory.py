"""Memory trials: after the timed blocks, watched from outside while they run; their times are not used.

The kernel's proportional set size (PSS) divides each shared page among those who share it, so a sum over processes
counts no page twice. But pages of files, the interpreter's own among them, are shared with everyone on the machine who
runs the same interpreter, as the harness itself does: of 8 MiB of them PSS counted 1 MiB under 3.12 and 5.5 MiB under
3.13. So of these the largest part that one process has counts whole, as if nobody else were there; a pool's processes
have them from the same files. `smaps_rollup`: Linux's Documentation/filesystems/proc.rst.
"""

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from subprocess import Popen

import msgspec

from harness.experiment import blocks, service, trials
from harness.experiment.calibrate import order_for
from harness.experiment.measure import Bench, given_up_sides, record
from harness.experiment.progress import Progress
from harness.records import Trial

INTERVAL_SECONDS = 0.005  # between two samples; a peak that is shorter can be missed, as the report says


@dataclass
class Peak:
    """The largest sum that was seen so far, in bytes; None when none could be taken."""

    pss_bytes: int | None = None

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
            if trials.wait(other, INTERVAL_SECONDS):
                return True
        return False


def available() -> bool:
    """Whether this system tells what is needed."""
    return _rollup(os.getpid()) is not None and Path("/proc/thread-self/children").exists()


def tree_pss_bytes(pid: int) -> int | None:
    """Return the PSS of a process and all its descendants, as if they were alone on the machine.

    Those that end meanwhile do not count; None if all did.
    """
    return pss_bytes([rollup for each in _family(pid) if (rollup := _rollup(each))])


def pss_bytes(rollups: Sequence[Mapping[str, int]]) -> int | None:
    """Sum up a family's rollups; None where there are none.

    A child between vfork and exec is its parent's memory once more: the same numbers, in which nothing is shared. A
    forked child shares with its parent.
    """
    once = [
        each
        for number, each in enumerate(rollups)
        if each["Pss_Anon"] < each["Anonymous"] or each not in rollups[:number]
    ]
    if not once:
        return None
    return sum(each["Pss_Anon"] for each in once) + max(each["Rss"] - each["Anonymous"] for each in once)


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
        for turn in blocks.order(experiment.cases, arms, experiment.settings.seed, block):
            if turn.side not in gone and (turn.side, block) not in there:
                progress.trial(turn.side)
                yield _measure_turn(bench, turn)


def _measure_turn(bench: Bench, turn: blocks.Turn) -> Trial:
    planned, peak = turn.planned, Peak()
    # As calibrated: at least 0.1 s under the slowest arm, and the warm-up besides.
    counts = {"loops": planned.loops, "values": planned.values, "warmups": planned.warmups}
    started_at = datetime.now(UTC).isoformat(timespec="milliseconds")
    source, arm, settings = bench.sources[planned.case.workload], bench.arms[turn.arm], bench.experiment.settings

    def trial() -> trials.Outcome:
        order = {**order_for(source, planned.case, settings, counts), "watched": True}
        if source.clients is not None:
            return service.run(arm, order, settings.timeout_seconds, peak.until)
        return trials.run(arm.python, arm.arm.python_gil, order, settings.timeout_seconds, peak.wait)

    outcome, seen = source.sites.observe(trial)
    made = record(turn, outcome, started_at, seen)
    return msgspec.structs.replace(made, purpose="memory", peak_pss_bytes=peak.pss_bytes)


def _family(pid: int) -> list[int]:
    """Return a process and its descendants; each thread has the children that it started."""
    found = [pid]
    for each in found:
        try:
            for thread in Path(f"/proc/{each}/task").iterdir():
                found += map(int, (thread / "children").read_text().split())
        except OSError:  # it has just ended
            continue
    return found


def _rollup(pid: int) -> dict[str, int] | None:
    """Return a process's memory in bytes, by the kernel's names; None where it has ended or the kernel is too old."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    except OSError:
        return None
    sizes = {name: 1024 * int(size.split()[0]) for name, _, size in (line.partition(":") for line in lines)}
    return sizes if "Pss_Anon" in sizes else None  # it came with Linux 5.4
