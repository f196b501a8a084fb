"""Real drivers in processes of their own, with temporary files of their own, to be killed, stopped and starved."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

import pytest

from harness.records import Trial
from harness.runs import read_journal
from tests.experiment.conftest import bench, workload  # noqa: F401 - fixtures

PATIENCE_SECONDS = 120.0  # on a machine that others load


def wait_for(
    condition: Callable[[], object], process: subprocess.Popen[bytes] | subprocess.Popen[str] | None = None
) -> None:
    """Wait until the condition holds; an assertion when the process ends before."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert process is None or process.poll() is None, "it ended before"
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.01)


def state(pid: int | str) -> str:
    """The letter of a process's state; empty when it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return ""


def processes_with(text: str) -> list[int]:
    """The processes with this text on their command line or in their environment, zombies left out."""
    pids = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes() + (folder / "environ").read_bytes()
        except OSError:
            continue
        if os.fsencode(text) in words and state(folder.name) not in ("Z", "") and int(folder.name) != os.getpid():
            pids.append(int(folder.name))
    return pids


def listening() -> set[str]:
    """The local TCP sockets that listen, by inode."""
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    return {line.split()[9] for line in lines if line.split()[3] == "0A"}


class Place:
    """A folder of results and one of temporary files, in which drivers run."""

    def __init__(self, folder: Path, environments: Path) -> None:
        self.folder, self.environments = folder, environments
        self.results, self.temporary = folder / "results", folder / "temporary"
        self.temporary.mkdir()

    def start(
        self,
        *words: object,
        report: bool = True,
        stdout: int | IO[str] = subprocess.PIPE,
        stderr: int | IO[str] = subprocess.STDOUT,
        variables: Mapping[str, str] | None = None,
    ) -> subprocess.Popen[str]:
        """Start a driver; with --resume it says itself where its results are."""
        program = ("harness", "measure") if report else ("tests.unreported",)
        line = [sys.executable, "-m", *program, str(self.environments), *map(str, words)]
        line += [] if "--resume" in words else ["--results", str(self.results)]
        environment = {**os.environ, "TMPDIR": str(self.temporary), **(variables or {})}
        return subprocess.Popen(line, stdout=stdout, stderr=stderr, text=True, env=environment)

    @property
    def run(self) -> Path | None:
        """The one run that there is, or None."""
        experiments = list(self.results.glob("*/experiment.json"))
        return experiments[0].parent if experiments else None

    @property
    def trials(self) -> tuple[Trial, ...]:
        """The trials of the run."""
        return read_journal(self.run).trials if self.run else ()


@pytest.fixture
def place(tmp_path: Path, environments: Path) -> Place:
    return Place(tmp_path, environments)
