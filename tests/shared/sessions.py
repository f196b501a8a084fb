"""Sessions of the self-test and of the lab whose measurements are made up, and a machine that measures already."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from harness.selftest.sessions import Measurement, Session


@pytest.fixture
def label() -> str:
    """The label of that interpreter's arm."""
    return f"{sys.version_info.major}.{sys.version_info.minor}"


@pytest.fixture
def session() -> Session:
    """A session that keeps nothing."""
    return Session("sample", 1, None)


@pytest.fixture
def a_timer() -> Callable[..., Callable[[], Measurement]]:
    """Return a function that makes a timer, which takes these seconds in turn; a text among them is a failure."""

    def make(*turns: float | str) -> Callable[[], Measurement]:
        rest = iter(turns)

        def take() -> Measurement:
            turn = next(rest)
            return Measurement(0.0, 0.1, failed=turn) if isinstance(turn, str) else Measurement(turn, turn + 0.1)

        return take

    return make


HOLDER = """
from harness.experiment.machine.lock import alone
with alone(wait=False, show=print):
    print("held", flush=True)
    input()
"""


@pytest.fixture
def own_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the machine's lock be the test's own, in the processes that it starts too."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))


@pytest.fixture
def other_run(own_lock: None) -> Iterator[int]:
    """The id of a process that holds the machine's lock."""
    command = [sys.executable, "-c", HOLDER]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        yield holder.pid
        holder.communicate("\n")
