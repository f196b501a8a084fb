"""Start one worker process, wait for it without disturbing it, and see that nothing of it is left."""

import contextlib
import json
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

from harness.errors import UsageError
from harness.experiment.machine import counters
from harness.experiment.process import captured_output, orphans, paths
from harness.experiment.process.kill_on_exit import Tether, tether
from harness.experiment.process.limits import Guard, Process, expendable
from harness.experiment.process.worker_environment import environment, scrubbed
from harness.records import Arm, Surroundings

REASON_LETTERS = 500


@dataclass(frozen=True)
class PreparedArm:
    """An arm, where its interpreter is, and what nox calls that; the paths stay out of every record."""

    arm: Arm
    python: Path
    asked: str


@dataclass(frozen=True)
class Outcome:
    """What a worker process came to: `done` is what it returned, else `reason` says why there is nothing.

    `last_words` is the last line of its output, ready to be added to a sentence; empty when it said nothing.
    """

    status: str
    elapsed_seconds: float
    done: Any = None
    reason: str | None = None
    surroundings: Surroundings | None = None
    last_words: str = ""


def run(
    python: Path, python_gil: str | None, order: dict[str, Any], timeout_seconds: float, guard: Guard | None = None
) -> Outcome:
    """Let a fresh worker process carry out one order; whatever it started is gone when this returns.

    `guard` waits for it and looks after its limits. What outlives the worker fails the trial: it ran beside what was
    measured.
    """
    guard, entered = guard or Guard(), time.monotonic()
    known = orphans.children() if orphans.adopting() else frozenset()
    with _folder() as folder, captured_output.opened() as said, tether() as tied:
        outcome = f"{folder}/outcome.json"
        before, began = counters.now(), time.monotonic()
        words_of_it = [str(python), "-m", "harness.worker", json.dumps({**order, "outcome": outcome})]
        process = _start(words_of_it, python_gil, said, tied)
        if isinstance(process, Outcome):
            return process
        own_cpu_seconds, left, in_time = 0.0, 0, False
        try:
            in_time = guard.wait(process, timeout_seconds, outcome)
        finally:
            own_cpu_seconds = _end(process, at_once=not in_time)
            left = orphans.end(known, orphans.MOMENT_SECONDS if in_time else 0.0) if orphans.adopting() else 0
        elapsed = time.monotonic() - began
        guard.took(time.monotonic() - entered)
        around = counters.between(before, counters.now(), own_cpu_seconds, guard.stood_still_seconds)
        if not in_time:
            return Outcome(guard.status, elapsed, reason=guard.reason)
        read = _read(outcome, process.returncode, elapsed, said)
        return replace(_alone(read, left), surroundings=around)


def _start(command: list[str], python_gil: str | None, said: BinaryIO, tied: Tether) -> Process | Outcome:
    """Start a worker in a session of its own; an outcome where there is nothing to start."""
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            env=environment(python_gil),
            start_new_session=True,
            pass_fds=(tied.descriptor,),
        )
    except OSError as error:
        reason = f"its interpreter could not be started ({error.strerror}); prepare it anew with `nox -s bench`"
        return Outcome("failed", 0.0, reason=reason)
    tied.tie(process)
    expendable(process)
    return process


@contextlib.contextmanager
def _folder() -> Iterator[str]:
    try:
        folder = tempfile.TemporaryDirectory(prefix="trial-")
    except OSError as error:
        where = tempfile.gettempdir()
        message = f"No temporary folder can be made in {where} ({error.strerror}). Make room there, or set TMPDIR."
        raise UsageError(message) from error
    with folder as name:
        yield name


def _end(process: Process, *, at_once: bool) -> float:
    """End a worker and return the CPU seconds of it and of the children that it waited for."""
    # The worker leads a session of its own, so this reaches pool processes that it left behind, and nothing else.
    # Where orphans are adopted, those of a worker that has ended get a moment to end too.
    if at_once or not orphans.adopting():
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    if process.returncode is not None:
        return 0.0
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime


def _alone(outcome: Outcome, left: int) -> Outcome:
    if not left or outcome.status != "ok":
        return outcome
    what = "a process" if left == 1 else f"{left} processes"
    return replace(outcome, status="failed", done=None, reason=f"it left {what} running, which had to be killed")


def _read(outcome: str, returncode: int, elapsed: float, said: BinaryIO) -> Outcome:
    last = captured_output.last(said)
    try:
        found = json.loads(paths.read(outcome))
    except (OSError, ValueError):
        return Outcome(
            "failed",
            elapsed,
            reason=captured_output.TOO_MUCH if captured_output.too_many(said) else _cause(returncode) + last,
        )
    if captured_output.too_many(said):
        return Outcome("failed", elapsed, reason=captured_output.TOO_MUCH)
    if "failed" in found:
        # Cut only now: half of what is to be replaced would not be known again.
        return Outcome("failed", elapsed, reason=scrubbed(found["failed"])[:REASON_LETTERS])
    return Outcome("ok", elapsed, done=found["done"], last_words=last)


def _cause(returncode: int) -> str:
    if returncode >= 0:
        return f"the worker exited with code {returncode} and left no outcome"
    try:
        return f"the worker was killed by {signal.Signals(-returncode).name}"
    except ValueError:
        return f"the worker was killed by signal {-returncode}"
