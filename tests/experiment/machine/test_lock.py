"""Two runs on one machine would measure each other: the second is refused, or waits."""

import fcntl
import os
import re
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.__main__ import main
from harness.errors import UsageError
from harness.experiment.machine.lock import LOCK, alone, until_free
from tests.shared.driver import Bench, WorkloadWriter

QUICK = ("--quick", "--blocks", "1", "--modes", "serial")
HOLD = """
import sys
from harness.experiment.machine.lock import alone
with alone(wait=False, show=print):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Temporary files of the test's own, so that a real run on this machine neither sees it nor stops it."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def other(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that measures until its input is closed."""
    environment = {"TMPDIR": str(folder), "PYTHONPATH": ":".join(sys.path)}
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()
    process.stdin.close()
    process.stdout.close()


def test_a_second_run_is_refused_and_told_whose_process_measures(
    other: subprocess.Popen[str], bench: Bench, workload: WorkloadWriter
) -> None:
    outcome = bench("--workload", workload(), *QUICK)

    assert (outcome.code, outcome.runs) == (2, [])
    assert f"Another run is measuring on this machine (process {other.pid})" in outcome.output


def test_a_run_that_was_killed_leaves_nothing_locked(
    other: subprocess.Popen[str], bench: Bench, workload: WorkloadWriter
) -> None:
    other.kill()
    other.wait()

    assert bench("--workload", workload(), *QUICK).code == 0


def test_who_waits_goes_on_when_the_other_has_ended(other: subprocess.Popen[str]) -> None:
    messages: list[str] = []

    def end_it(text: str) -> None:
        messages.append(text)
        assert other.stdin is not None
        other.stdin.close()

    with alone(wait=True, show=end_it):
        pass
    assert messages == [f"Waiting for another run on this machine (process {other.pid})."]


def test_a_plan_needs_the_machine_for_itself_too(
    other: subprocess.Popen[str], bench: Bench, workload: WorkloadWriter
) -> None:
    assert "Another run is measuring on this machine" in bench("--workload", workload(), "--plan").output


def test_a_second_run_is_refused_before_an_interpreter_is_probed(
    other: subprocess.Popen[str], bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness.experiment.plan.arms.prepare", None)

    assert "Another run is measuring on this machine" in bench(*QUICK).output


def test_a_second_run_is_refused_before_an_environment_is_built(
    other: subprocess.Popen[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["options", *QUICK]) == 2
    assert "Another run is measuring on this machine" in capsys.readouterr().err


def test_whether_the_machine_is_free_can_be_asked_without_holding_it(folder: Path) -> None:
    until_free(wait=False, show=print)
    with alone(wait=False, show=print):
        pass


@pytest.fixture
def asking(folder: Path) -> Iterator[int]:
    """The descriptor of a process in the instant in which it asks whether the machine is free."""
    descriptor = os.open(folder / LOCK, os.O_RDONLY | os.O_CREAT, 0o644)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    yield descriptor
    os.close(descriptor)


@pytest.mark.parametrize("wait", [False, True])
def test_a_run_that_starts_while_another_process_asks_is_neither_refused_nor_said_to_wait(
    wait: bool, asking: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []

    def answer(seconds: float) -> None:
        pauses.append(seconds)
        fcntl.flock(asking, fcntl.LOCK_UN)

    monkeypatch.setattr("time.sleep", answer)

    with alone(wait=wait, show=pytest.fail), pytest.raises(BlockingIOError):
        fcntl.flock(asking, fcntl.LOCK_SH | fcntl.LOCK_NB)
    assert len(pauses) == 1


def test_a_process_that_was_stopped_while_it_asked_is_named(asking: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.experiment.machine.lock.ASKING_SECONDS", 0)

    refused = pytest.raises(UsageError, match=rf"^Another run is measuring on this machine \(process {os.getpid()}\)")
    with refused, alone(wait=False, show=pytest.fail):
        pass


def test_one_who_asks_while_another_asks_is_answered(asking: int) -> None:
    until_free(wait=False, show=pytest.fail)


def test_every_user_can_open_the_lock_whatever_the_umask_of_the_first_one(folder: Path) -> None:
    before = os.umask(0o077)
    try:
        with alone(wait=False, show=print):
            pass
    finally:
        os.umask(before)

    assert stat.S_IMODE((folder / LOCK).stat().st_mode) == 0o644


def test_runs_after_each_other_share_the_lock_s_file(folder: Path) -> None:
    for _ in range(2):
        with alone(wait=False, show=print):
            pass

    assert [path.name for path in folder.iterdir()] == [LOCK]


def test_a_link_in_the_lock_s_place_is_not_followed(folder: Path) -> None:
    (folder / "elsewhere").touch()
    (folder / LOCK).symlink_to(folder / "elsewhere")

    refused = pytest.raises(UsageError, match=re.escape("cannot be used as the machine's lock"))
    with refused, alone(wait=False, show=print):
        pass
