"""One trial of a service: a fresh server under the arm, a load from the driver's interpreter, and the end of both."""

import contextlib
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

import msgspec

from harness.experiment.measure.answers import ServerAnswer, TrialAnswer, TrialResult
from harness.experiment.measure.load_generator import LoadOrder, LoadReport
from harness.experiment.measure.own_cpu import shared_out, started_on
from harness.experiment.process import paths
from harness.experiment.process.environment import environment
from harness.experiment.process.limits import Ending, Process, Watch, ended_within, wait
from harness.experiment.process.scrub import scrubbed
from harness.experiment.process.worker_process import NotStartedError, PreparedArm, WorkerResult, started
from harness.records import Service, Value
from harness.worker.orders import CaseOrder, ServeOrder

PING_EVERY_SECONDS = 0.01
PINGS = 120  # of each trial: nine blocks give more than the thousand without which there is no p99
GRACE_SECONDS = 10.0  # to answer open requests, to close its pool and to leave its outcome
SHARE_OF_TIMEOUT = 0.25  # of a trial's time, for one request and for the server's start: the trial can still report it
LATE = "the trial's time was over before all requests were answered"


@dataclass(frozen=True)
class Load:
    """How many clients compute in closed loops, how often a ping is sent, and how many are."""

    clients: int
    ping_every_seconds: float = PING_EVERY_SECONDS
    pings: int = PINGS


@dataclass(frozen=True)
class Attempt:
    """A trial of a service: the server makes the file `ready` when it listens, which it is asked to since `began`."""

    order: CaseOrder
    load: Load
    watch: Watch
    ready: str
    began: float


@dataclass(frozen=True)
class Bombardment:
    """What came of the load: its report, or the `problem` that left it without numbers; the server has its own.

    `waits` are the waits meanwhile.
    """

    waits: tuple[Ending, ...]
    ready_seconds: float = 0.0
    report: LoadReport | None = None
    problem: str | None = None


def run(arm: PreparedArm, order: CaseOrder, load: Load, watch: Watch) -> TrialResult:
    """Measure one case of a service; every request has to be answered, and rightly, or the trial has failed."""
    began = time.monotonic()
    with paths.temporary_folder("service-") as folder:
        attempt = Attempt(order, load, watch, f"{folder}/ready.json", began)
        serve: ServeOrder = {**order, "task": "serve", "ready": attempt.ready}
        for_server, for_load = shared_out()
        try:
            with started_on(for_server, started(arm.python, arm.arm.python_gil, serve)) as server:
                with started_on(for_load, _load_generator(f"{folder}/report.json")) as (generator, output):
                    bombardment = _bombarded(attempt, server.process, generator, output)
                stayed = not ended_within(server.process, 0.0)
                os.kill(server.process.pid, signal.SIGTERM)  # Popen would reap it, and with it what CPU time it used
                grace = wait(server.process, Watch(GRACE_SECONDS, watch.memory_limit_bytes))
                result = server.collect(_together(*bombardment.waits, grace), ServerAnswer)
        except NotStartedError as error:
            return WorkerResult("failed", 0.0, reason=str(error))
    problem = bombardment.problem
    if problem is None and grace.reason is not None:
        problem = f"it did not end within {GRACE_SECONDS:g} s of SIGTERM, and was killed"
    if result.answer is None or problem is not None or bombardment.report is None:
        return _failed(result, problem, stayed=stayed)
    return replace(
        _without_answer(result), answer=_answer(result.answer, bombardment.report, load, bombardment.ready_seconds)
    )


@contextlib.contextmanager
def _load_generator(report: str) -> Iterator[tuple[Process, BinaryIO]]:
    """Yield the load and the file of its report; it starts at once, so that its imports are done in time."""
    command = [sys.executable, "-m", "harness.experiment.measure.load_generator"]
    with (
        open(report, "w+b") as output,  # noqa: PTH123 - as in `paths`
        subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=output,
            env=environment(None),
            start_new_session=True,  # Ctrl-C is the driver's to answer
        ) as generator,
    ):
        try:
            yield generator, output
        finally:
            generator.kill()


def _bombarded(attempt: Attempt, server: Process, generator: Process, output: BinaryIO) -> Bombardment:
    """Wait until the server listens, and then until the load is done."""
    watch = attempt.watch
    to_start = Watch(watch.timeout_seconds * SHARE_OF_TIMEOUT, watch.memory_limit_bytes)
    start = wait(server, to_start, until=attempt.ready)
    if start.reason is not None:
        late = f"the server did not start within {to_start.timeout_seconds:g} s"
        return Bombardment((start,), problem=late if start.status == "timed-out" else start.reason)
    if not paths.exists(attempt.ready):
        return Bombardment((start,))  # it has ended, and its own reply says why
    ready_seconds = time.monotonic() - attempt.began
    try:
        _send(attempt, server, generator)
    except msgspec.ValidationError as error:
        return Bombardment((start,), ready_seconds, problem=f"its jobs cannot be sent: {error}")
    rest = replace(watch, timeout_seconds=max(0.0, watch.timeout_seconds - ready_seconds))
    answering = wait(server, rest, until=generator)
    waits = (start, answering)
    if answering.reason is not None:
        return Bombardment(waits, ready_seconds, problem=LATE if answering.status == "timed-out" else answering.reason)
    code = generator.wait()
    output.seek(0)
    report, problem = _report(code, output.read())
    return Bombardment(waits, ready_seconds, report, problem)


def _send(attempt: Attempt, server: Process, generator: Process) -> None:
    """Give the load its order; ValidationError where the workload's jobs are no paths."""
    order = msgspec.convert(
        {
            **json.loads(paths.read(attempt.ready)),
            "pid": server.pid,
            "clients": attempt.load.clients,
            "warmups": attempt.order["warmups"],
            "timeout_seconds": attempt.watch.timeout_seconds * SHARE_OF_TIMEOUT,
            "pings": attempt.load.pings,
            "ping_every_seconds": attempt.load.ping_every_seconds,
        },
        LoadOrder,
    )
    if generator.stdin is not None:
        with contextlib.suppress(BrokenPipeError), generator.stdin as pipe:  # a load that has ended has a code
            pipe.write(msgspec.json.encode(order) + b"\n")


def _report(code: int, text: bytes) -> tuple[LoadReport | None, str | None]:
    """Return the load's report, or the problem that left it without numbers."""
    if code:
        return None, f"the load on the server ended with code {code} (see its output above)"
    try:
        report = msgspec.json.decode(text, type=LoadReport)
    except msgspec.DecodeError as error:
        return None, f"the load's report cannot be recorded: {error}"
    problem = "; ".join(f"{failure} ({count} ×)" for failure, count in report.failures.items())
    return report, problem or None


def _together(*waits: Ending) -> Ending:
    """Return the last wait, with the seconds and the peak of all."""
    return replace(
        waits[-1],
        waited_seconds=sum(wait.waited_seconds for wait in waits),
        stood_still_seconds=sum(wait.stood_still_seconds for wait in waits),
        peak_bytes=max((wait.peak_bytes for wait in waits if wait.peak_bytes is not None), default=None),
    )


def _failed(result: WorkerResult[ServerAnswer], problem: str | None, *, stayed: bool) -> TrialResult:
    """Join the server's reason and the load's problem: a server that ended by itself comes first."""
    own = result.reason if not stayed or problem is None else None
    reason = "; ".join(filter(None, [own, problem])) or "the server ended before it was asked to"
    words = result.last_words if own is None else ""
    return replace(_without_answer(result), status="failed", reason=scrubbed(reason + words))


def _without_answer(result: WorkerResult[ServerAnswer]) -> TrialResult:
    return WorkerResult(
        result.status,
        result.elapsed_seconds,
        surroundings=result.surroundings,
        last_words=result.last_words,
        peak_bytes=result.peak_bytes,
    )


def _answer(server: ServerAnswer, report: LoadReport, load: Load, ready_seconds: float) -> TrialAnswer:
    """Join the answers of the server and of the load."""
    value = Value(
        start_seconds=0.0,  # a service stays up: its start is none of the work's
        work_seconds=report.seconds,
        stop_seconds=0.0,
        canary_seconds=server.canary_seconds,
    )
    service = Service(
        clients=load.clients,
        ready_seconds=ready_seconds,
        ping_seconds=report.ping_seconds,
        late_seconds=report.late_seconds,
        load_cpu_seconds=report.load_cpu_seconds,
        load_whole_cpu_seconds=report.whole_cpu_seconds,
    )
    return TrialAnswer(
        values=(value,),
        answer=hashlib.sha256(repr(report.answers).encode()).hexdigest(),
        gil=server.gil,
        usable_cpus=server.usable_cpus,
        start_method=server.start_method,
        canary=server.canary,
        canaries_seconds=server.canaries_seconds,
        cpu_seconds=report.cpu_seconds,
        service=service,
    )
