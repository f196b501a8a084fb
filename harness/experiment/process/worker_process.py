"""Start one worker process, collect what it leaves, and see that nothing of it keeps running."""

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from harness.experiment.machine import counters
from harness.experiment.process import captured_output, orphans, paths
from harness.experiment.process.environment import environment
from harness.experiment.process.kill_on_exit import Tether, tether
from harness.experiment.process.limits import STANDSTILL_SECONDS, Ending, Process, Status, Watch, expendable, wait
from harness.experiment.process.scrub import scrubbed
from harness.records import Arm, Surroundings
from harness.worker.orders import Order

REASON_LETTERS = 500


@dataclass(frozen=True)
class PreparedArm:
    """An arm, its interpreter's path, and what nox calls that; the paths stay out of every record.

    `requires` has the requirements of each installed distribution, by its normalized name.
    """

    arm: Arm
    python: Path
    asked: str
    requires: Mapping[str, tuple[str, ...]] = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class WorkerResult[Answer]:
    """What a worker process came to: its answer, or the reason why there is none.

    `last_words` is the last line of its output, ready to be added to a sentence; empty when it wrote nothing.
    `peak_bytes` is the largest sample that was taken of it.
    """

    status: Status
    elapsed_seconds: float
    answer: Answer | None = None
    reason: str | None = None
    surroundings: Surroundings | None = None
    last_words: str = ""
    peak_bytes: int | None = None


class _Reply(msgspec.Struct, frozen=True):
    """The file that a worker leaves: what was done, or why it failed."""

    done: Any = None
    failed: str | None = None


class NotStartedError(Exception):
    """There is no interpreter to start; the message says why."""


@dataclass(frozen=True)
class Worker:
    """A worker process that runs until it is collected. `outcome` is the file of its reply."""

    process: Process
    outcome: str
    _output: BinaryIO
    _children_before: frozenset[int]
    _counters_before: counters.Moment
    _entered: float
    _started: float

    def collect[Answer](self, ending: Ending, answer_type: type[Answer]) -> WorkerResult[Answer]:
        """End the worker, at once where `ending` has a reason, and return what it came to.

        A process that outlives the worker fails the trial: it ran while something was measured.
        """
        at_once = ending.reason is not None
        own_cpu_seconds = self.end(at_once=at_once)
        left = self.end_orphans(at_once=at_once)
        elapsed = time.monotonic() - self._started
        # Everything but the waiting is quick, unless the driver stood still.
        busy = time.monotonic() - self._entered - ending.waited_seconds
        stood_still = ending.stood_still_seconds + (busy if busy > STANDSTILL_SECONDS else 0.0)
        surroundings = counters.between(self._counters_before, counters.now(), own_cpu_seconds, stood_still)
        if ending.reason is not None:
            return WorkerResult(ending.status, elapsed, reason=ending.reason, peak_bytes=ending.peak_bytes)
        result = self._result(elapsed, answer_type)
        if left and result.answer is not None:
            processes = "a process" if left == 1 else f"{left} processes"
            reason = f"it left {processes} running, which had to be killed"
            result = replace(result, status="failed", answer=None, reason=reason)
        return replace(result, surroundings=surroundings, peak_bytes=ending.peak_bytes)

    def end(self, *, at_once: bool) -> float:
        """End the process and return the CPU seconds of it and of the children that it waited for."""
        # The worker leads a session of its own, so this reaches pool processes that it left behind, and nothing else.
        # Where orphans are adopted, those of a worker that has ended get a moment to end too.
        if self.process.returncode is not None:
            return 0.0
        if at_once or not orphans.adopt():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
        _, status, usage = os.wait4(self.process.pid, 0)
        self.process.returncode = os.waitstatus_to_exitcode(status)
        return usage.ru_utime + usage.ru_stime

    def end_orphans(self, *, at_once: bool) -> int:
        """End what the process left behind and return how many processes that were."""
        return orphans.end(self._children_before, 0.0 if at_once else orphans.MOMENT_SECONDS) if orphans.adopt() else 0

    def _result[Answer](self, elapsed: float, answer_type: type[Answer]) -> WorkerResult[Answer]:
        last_words = captured_output.last(self._output)
        if captured_output.too_many(self._output):
            return WorkerResult("failed", elapsed, reason=captured_output.TOO_MUCH)
        try:
            reply = msgspec.convert(json.loads(paths.read(self.outcome), parse_constant=_refused), _Reply)
            if reply.failed is not None:
                # Cut only now: half of what is to be replaced would not be recognized.
                return WorkerResult("failed", elapsed, reason=scrubbed(reply.failed)[:REASON_LETTERS])
            answer = msgspec.convert(reply.done, answer_type)
        except (OSError, json.JSONDecodeError):
            return WorkerResult("failed", elapsed, reason=cause(self.process.returncode) + last_words)
        except (ValueError, msgspec.ValidationError) as error:
            reason = scrubbed(f"its answer cannot be recorded: {error}")[:REASON_LETTERS]
            return WorkerResult("failed", elapsed, reason=reason)
        return WorkerResult("ok", elapsed, answer=answer, last_words=last_words)


@contextlib.contextmanager
def started(python: Path, python_gil: str | None, order: Order) -> Iterator[Worker]:
    """Start a fresh worker process with one order; it, and whatever it started, is gone when the block ends.

    NotStartedError where there is no interpreter.
    """
    entered = time.monotonic()
    children_before = orphans.children() if orphans.adopt() else frozenset()
    with paths.temporary_folder("trial-") as folder, captured_output.opened() as output, tether() as tied:
        outcome = f"{folder}/outcome.json"
        command = [str(python), "-m", "harness.worker", json.dumps({**order, "outcome": outcome})]
        counters_before = counters.now()
        began = time.monotonic()
        process = _start(command, python_gil, output, tied)
        worker = Worker(process, outcome, output, children_before, counters_before, entered, began)
        try:
            yield worker
        finally:  # where nobody collected it
            if process.returncode is None:
                worker.end(at_once=True)
                worker.end_orphans(at_once=True)


def run[Answer](
    python: Path, python_gil: str | None, order: Order, answer_type: type[Answer], watch: Watch
) -> WorkerResult[Answer]:
    """Let a fresh worker process carry out one order."""
    try:
        with started(python, python_gil, order) as worker:
            ending = wait(worker.process, watch, outcome=worker.outcome)
            return worker.collect(ending, answer_type)
    except NotStartedError as error:
        return WorkerResult("failed", 0.0, reason=str(error))


def _start(command: list[str], python_gil: str | None, output: BinaryIO, tied: Tether) -> Process:
    """Start a worker in a session of its own."""
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment(python_gil),
            start_new_session=True,
            pass_fds=(tied.descriptor,),
        )
    except OSError as error:
        message = f"its interpreter could not be started ({error.strerror}); prepare it again with `nox -s bench`"
        raise NotStartedError(message) from error
    tied.tie(process)
    expendable(process)
    return process


def _refused(constant: str) -> Any:
    message = f"{constant} is not a number in JSON"
    raise ValueError(message)


def cause(returncode: int) -> str:
    """Return in words how a worker without a reply ended."""
    if returncode >= 0:
        return f"the worker exited with code {returncode} and left no outcome"
    try:
        return f"the worker was killed by {signal.Signals(-returncode).name}"
    except ValueError:
        return f"the worker was killed by signal {-returncode}"
