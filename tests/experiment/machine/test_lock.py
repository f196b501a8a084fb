"""Two runs on one machine would measure each other: the second is refused, or waits."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.errors import UsageError
from harness.experiment.machine.lock import LOCK, alone

QUICK = ("--quick", "--blocks", "1", "--modes", "serial")
HOLD = """
import sys
from harness.experiment.machine.lock import alone
with alone(wait=False, said=print):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Temporary files of the test's own, so that a real run on this machine neither sees it nor stops it."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def other(folder):
    """Another process that is measuring until it is told to end."""
    environment = {"TMPDIR": str(folder), "PYTHONPATH": ":".join(sys.path)}
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    )
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()
    process.stdin.close()
    process.stdout.close()


def test_a_second_run_is_refused_and_told_whose_process_measures(
    other, bench: Callable[..., Any], workload: Callable[..., Any]
) -> None:
    done = bench("--workload", workload(), *QUICK)

    assert (done.code, done.run) == (2, None)
    assert f"Another run is measuring on this machine (process {other.pid})" in done.output


def test_a_run_that_was_killed_leaves_nothing_locked(
    other, bench: Callable[..., Any], workload: Callable[..., Any]
) -> None:
    other.kill()
    other.wait()

    assert bench("--workload", workload(), *QUICK).code == 0


def test_who_waits_goes_on_when_the_other_has_ended(other) -> None:
    said = []

    def end_it(text) -> None:
        said.append(text)
        other.stdin.close()

    with alone(wait=True, said=end_it):
        pass
    assert said == [f"Waiting for another run on this machine (process {other.pid})."]


def test_a_plan_measures_nothing_and_needs_no_lock(
    other, bench: Callable[..., Any], workload: Callable[..., Any]
) -> None:
    assert bench("--workload", workload(), "--plan").code == 0


def test_runs_after_each_other_share_the_lock_s_file(folder) -> None:
    for _ in range(2):
        with alone(wait=False, said=print):
            pass

    assert [path.name for path in folder.iterdir()] == [LOCK]


def test_a_link_in_the_lock_s_place_is_not_followed(folder) -> None:
    (folder / "elsewhere").touch()
    (folder / LOCK).symlink_to(folder / "elsewhere")

    refused = pytest.raises(UsageError, match=re.escape("cannot be used as the machine's lock"))
    with refused, alone(wait=False, said=print):
        pass
