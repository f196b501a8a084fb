"""One trial of a service: a fresh server under the arm, a load from the driver's interpreter, and the end of both."""

import contextlib
import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from harness.experiment.measure.load_generator import Order, Seen
from harness.experiment.process import limits as guards
from harness.experiment.process import worker_environment, worker_process
from harness.experiment.process.limits import Guard
from harness.experiment.process.worker_process import Outcome, PreparedArm

PING_EVERY_SECONDS = 0.01
GRACE_SECONDS = 10.0  # to answer what it was asked, to close its pool and to leave its outcome
LOOK_SECONDS = 0.01
SHARE_OF_TIMEOUT = 0.25  # of a trial's time, for one request and for the server's start: the trial can still tell of it

Process = subprocess.Popen[bytes]
Watch = Callable[[Process, Process, float], bool]  # the server, the load, and how long: whether the load has ended


@dataclass
class Attempt:
    """The load's side of a trial; `reason` says why there are no numbers.

    `told_to_end` is false for a server that had ended of itself.
    """

    folder: Path
    order: Mapping[str, Any]
    watch: Watch
    guard: Guard
    seen: Seen | None = None
    ready_seconds: float = 0.0
    reason: str | None = None
    told_to_end: bool = False
    _began: float = field(default_factory=time.monotonic)

    @property
    def ready(self) -> Path:
        """The file that the server leaves when it listens."""
        return self.folder / "ready.json"

    def wait(self, server: Process, timeout_seconds: float) -> bool:
        """Put the load on the server, then end it; False when it has not ended in time."""
        deadline = time.monotonic() + timeout_seconds
        with (self.folder / "seen.json").open("w+b") as seen, _started(seen) as load:
            try:
                if self._listens(server, timeout_seconds * SHARE_OF_TIMEOUT):
                    self._bombard(load, server, deadline)
                    seen.seek(0)
                    self._read(seen.read(), load)
            finally:
                load.kill()
        self.told_to_end = not guards.wait(server, 0.0)
        os.kill(server.pid, signal.SIGTERM)  # Popen would reap it, and with it what CPU time it used
        if guards.wait(server, GRACE_SECONDS):
            return True
        self.reason = self.reason or f"it did not end within {GRACE_SECONDS:g} s of being told to, and was killed"
        return False

    def _listens(self, server: Process, timeout_seconds: float) -> bool:
        deadline = time.monotonic() + timeout_seconds
        while not self.ready.exists():
            if guards.wait(server, LOOK_SECONDS):
                return False  # why it has ended, it says itself
            if time.monotonic() > deadline:
                self.reason = f"the server did not start within {timeout_seconds:g} s"
                return False
        self.ready_seconds = time.monotonic() - self._began
        return True

    def _bombard(self, load: Process, server: Process, deadline: float) -> None:
        said = json.loads(self.ready.read_bytes())
        order = msgspec.convert({**said, **self.order, "pid": server.pid}, Order)
        if load.stdin is not None:
            with contextlib.suppress(BrokenPipeError), load.stdin as pipe:  # a load that has ended is waited for below
                pipe.write(msgspec.json.encode(order) + b"\n")
        if not self.watch(server, load, max(0.0, deadline - time.monotonic())):
            late = "the trial's time was over before all requests were answered"
            self.reason = self.guard.reason if self.guard.status == "failed" else late

    def _read(self, seen: bytes, load: Process) -> None:
        if self.reason is not None:
            return
        if load.wait():
            self.reason = f"the load on the server ended with code {load.returncode}; its words stand above"
            return
        self.seen = msgspec.json.decode(seen, type=Seen)
        counted = [f"{what} ({count} ×)" for what, count in self.seen.failures.items()]
        self.reason = "; ".join(counted) or None


def _started(output: BinaryIO) -> Process:
    """Start the load at once, so that its imports are done when the server listens."""
    return subprocess.Popen(
        [sys.executable, "-m", "harness.experiment.measure.load_generator"],
        stdin=subprocess.PIPE,
        stdout=output,
        env=worker_environment.environment(None),
        start_new_session=True,  # Ctrl-C is the driver's to answer
    )


def run(
    arm: PreparedArm,
    order: Mapping[str, Any],
    timeout_seconds: float,
    watch: Watch | None = None,
    guard: Guard | None = None,
) -> Outcome:
    """Measure one case of a service; every request has to be answered, and rightly, or the trial has failed.

    `order` is that for a worker, with the `clients`, and where they are not 10 ms `ping_every_seconds`. `guard` waits
    for the load's end and looks after the server's limits, or `watch` does.
    """
    with tempfile.TemporaryDirectory(prefix="service-") as folder:
        load = {
            "clients": order["clients"],
            "warmups": order["warmups"],
            "timeout_seconds": timeout_seconds * SHARE_OF_TIMEOUT,
            "ping_every_seconds": order.get("ping_every_seconds", PING_EVERY_SECONDS),
        }
        guard = guard or Guard()
        attempt = Attempt(Path(folder), load, watch or guard.until, guard)
        guard.waiting = attempt.wait
        serve = {**order, "task": "serve", "ready": str(attempt.ready)}
        outcome = worker_process.run(arm.python, arm.arm.python_gil, serve, timeout_seconds, guard)
    return _joined(outcome, attempt, order["clients"])


def _joined(outcome: Outcome, attempt: Attempt, clients: int) -> Outcome:
    """Join what the server and the load said of a trial; a server that ended of itself comes first."""
    if outcome.status != "ok" or attempt.reason is not None or attempt.seen is None:
        own = outcome.reason if not attempt.told_to_end or attempt.reason is None else None
        reason = "; ".join(filter(None, [own, attempt.reason])) or "the server ended before it was told to"
        words = outcome.last_words if own is None else ""
        return replace(outcome, status="failed", done=None, reason=worker_environment.scrubbed(reason + words))
    seen, done = attempt.seen, dict(outcome.done)
    value = {
        "start_seconds": 0.0,  # a service stays up: its start is none of the work's
        "work_seconds": seen.seconds,
        "stop_seconds": 0.0,
        "canary_seconds": done.pop("canary_seconds"),
    }
    service = {
        "clients": clients,
        "ready_seconds": attempt.ready_seconds,
        "ping_seconds": seen.ping_seconds,
        "late_seconds": seen.late_seconds,
        "load_cpu_seconds": seen.load_cpu_seconds,
        "load_whole_cpu_seconds": seen.whole_cpu_seconds,
    }
    answer = hashlib.sha256(repr(seen.answers).encode()).hexdigest()
    return replace(
        outcome,
        done={**done, "values": [value], "cpu_seconds": seen.cpu_seconds, "answer": answer, "service": service},
    )
