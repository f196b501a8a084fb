"""Start one worker process, wait for it without disturbing it, and see that nothing of it is left."""

import contextlib
import json
import os
import select
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from harness import ROOT
from harness.experiment import surroundings
from harness.records import Arm, Surroundings

LAST_WORDS_BYTES = 2000
Wait = Callable[[subprocess.Popen[bytes], float], bool]


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


def environment(python_gil: str | None) -> dict[str, str]:
    """Return what a worker sees: this process's environment without any PYTHON* setting but ours."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    kept["PYTHONPATH"] = str(ROOT)
    for name in ("NO_PROXY", "no_proxy"):  # a proxy must not come between a trial and the local sites
        kept[name] = ",".join(filter(None, [kept.get(name), "127.0.0.1", "localhost"]))
    return kept if python_gil is None else {**kept, "PYTHON_GIL": python_gil}


def run(
    python: Path, python_gil: str | None, order: dict[str, Any], timeout_seconds: float, waiting: Wait | None = None
) -> Outcome:
    """Let a fresh worker process carry out one order; its whole process group is gone when this returns.

    `waiting` does what `wait` does, and may look at the process meanwhile.
    """
    waiting = waiting or wait
    with tempfile.TemporaryDirectory(prefix="trial-") as folder, Path(folder, "words").open("w+b") as words:
        order = {**order, "outcome": str(Path(folder, "outcome.json"))}
        before, began = surroundings.now(), time.monotonic()
        process = subprocess.Popen(  # noqa: S603 - the interpreter that was prepared, with our own module
            [python, "-m", "harness.worker", json.dumps(order)],
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=subprocess.STDOUT,
            env=environment(python_gil),
            start_new_session=True,
        )
        try:
            in_time = waiting(process, timeout_seconds)
        finally:
            own_cpu_seconds = _end_group(process)
        elapsed = time.monotonic() - began
        around = surroundings.between(before, surroundings.now(), own_cpu_seconds)
        if not in_time:
            return Outcome("timed-out", elapsed, reason=f"no end within {timeout_seconds:g} s; it was killed")
        return replace(_read(Path(order["outcome"]), process.returncode, elapsed, words), surroundings=around)


def scrubbed(text: str) -> str:
    """Return text that can be written, without this machine's folders, because what is recorded is published."""
    text = text.encode(errors="backslashreplace").decode()  # a lone surrogate cannot be written
    return text.replace(f"{ROOT}/", "").replace(str(Path.home()), "~")


def wait(process: subprocess.Popen[bytes], timeout_seconds: float) -> bool:
    """Wait until the process has ended; False when it has not within the timeout."""
    # Popen.wait with a timeout polls, and so wakes up beside the trial and up to 50 ms late; a pidfd does neither.
    if not hasattr(os, "pidfd_open"):
        try:
            process.wait(timeout_seconds)
        except subprocess.TimeoutExpired:
            return False
        return True
    descriptor = os.pidfd_open(process.pid)
    try:
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        return bool(poll.poll(timeout_seconds * 1000))
    finally:
        os.close(descriptor)


def _end_group(process: subprocess.Popen[bytes]) -> float:
    """End what is left of a worker and return the CPU seconds of it and of the children that it waited for."""
    # The worker leads a session of its own, so this reaches pool processes that it left behind, and nothing else.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    if process.returncode is not None:
        return 0.0
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime


def _read(outcome: Path, returncode: int, elapsed: float, words: Any) -> Outcome:
    said = _last_words(words)
    try:
        found = json.loads(outcome.read_bytes())
    except (OSError, ValueError):
        return Outcome("failed", elapsed, reason=scrubbed(_cause(returncode) + said))
    if "failed" in found:
        return Outcome("failed", elapsed, reason=scrubbed(found["failed"]))
    return Outcome("ok", elapsed, done=found["done"], last_words=said)


def _cause(returncode: int) -> str:
    if returncode >= 0:
        return f"the worker exited with code {returncode} and left no outcome"
    try:
        return f"the worker was killed by {signal.Signals(-returncode).name}"
    except ValueError:
        return f"the worker was killed by signal {-returncode}"


def _last_words(words: Any) -> str:
    words.seek(0, os.SEEK_END)
    words.seek(max(0, words.tell() - LAST_WORDS_BYTES))
    lines = [line for line in words.read().decode(errors="replace").splitlines() if line.strip()]
    return f"; its last words: {lines[-1].strip()[:300]}" if lines else ""
