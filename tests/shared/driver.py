"""The driver, in the process of the test or in one of its own, and what it left behind."""

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import IO, Protocol

import pytest

from harness import ROOT
from harness.__main__ import main
from harness.experiment.process.environment import influences
from harness.records import Experiment, Trial
from harness.report.markdown import render
from harness.report.results import derive
from harness.runs import read_experiment, read_journal
from tests import unreported

LONGEST_SECONDS = 300.0  # of a driver that a test waits for, on a machine that others load


class Results:
    """A folder of runs, of which a test has one or none."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def runs(self) -> list[Path]:
        """The run directories, the oldest first."""
        return sorted(path.parent for path in self.folder.glob("*/experiment.json"))

    @property
    def run(self) -> Path:
        """The newest run directory."""
        assert self.runs, self
        return self.runs[-1]

    @property
    def experiment(self) -> Experiment:
        return read_experiment(self.run)

    @property
    def trials(self) -> tuple[Trial, ...]:
        """The trials of the run so far; none before there is one."""
        return read_journal(self.run).trials if self.runs else ()

    @property
    def report(self) -> str:
        """The text of the run's report, without pictures."""
        return render.report(derive(self.run), set())


class Outcome(Results):
    """What came of a driver: its exit code, its output, and its folder of results."""

    def __init__(self, folder: Path, code: int, output: str) -> None:
        super().__init__(folder)
        self.code, self.output = code, output

    def __repr__(self) -> str:
        return f"exit code {self.code}, output:\n{self.output}"


class WorkloadWriter(Protocol):
    """Writes a workload file, NAME.py, and returns its path."""

    def __call__(self, source: str = ..., name: str = ...) -> Path: ...


class Bench(Protocol):
    """Runs `measure` with these options in the test's own process; without `report` it leaves the report out."""

    def __call__(self, *options: object, report: bool = False) -> Outcome: ...


class Driver:
    """Starts drivers in processes of their own, with a folder of results and one of temporary files."""

    def __init__(self, folder: Path, environments: Path) -> None:
        self.environments = environments
        self.results, self.temporary = Results(folder / "results"), folder / "temporary"
        self.temporary.mkdir(parents=True)

    def start(
        self,
        *words: object,
        report: bool = True,
        stdout: int | IO[str] = subprocess.PIPE,
        stderr: int | IO[str] = subprocess.STDOUT,
        variables: Mapping[str, str] | None = None,
        unset: Collection[str] = (),
        cwd: Path = ROOT,
        before: Callable[[], object] | None = None,
    ) -> subprocess.Popen[str]:
        """Start a driver; `unset` and `variables` change its environment, and `before` runs in its process first.

        Without -P and PYTHONPATH the harness is found as the noxfile's sessions find it: in the working directory.
        """
        program = ("harness", "measure") if report else ("tests.unreported",)
        command = [sys.executable, "-m", *program, str(self.environments), *map(str, words)]
        command += [] if {"--resume", "--results"} & {*words} else ["--results", str(self.results.folder)]
        removed = {*unset, *influences()}  # this machine may have some set
        environment = {name: value for name, value in os.environ.items() if name not in removed}
        return subprocess.Popen(
            command,
            cwd=cwd,
            env={**environment, "TMPDIR": str(self.temporary), **(variables or {})},
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            encoding="utf-8",
            errors="replace",
            preexec_fn=before,  # noqa: PLW1509 - it sets limits and runs no thread
        )

    def ended(self, process: subprocess.Popen[str], results: Path | None = None) -> Outcome:
        """Wait for the end of a driver."""
        output, errors = process.communicate(timeout=LONGEST_SECONDS)
        return Outcome(results or self.results.folder, process.returncode, f"{output or ''}{errors or ''}")


@pytest.fixture
def workload(tmp_path: Path) -> WorkloadWriter:
    def write(source: str = "JOBS = [1, 2]\n\ndef run(job): return sum(range(20_000))", name: str = "sample") -> Path:
        file = tmp_path / f"{name}.py"
        file.write_text(textwrap.dedent(source), encoding="utf-8")
        return file

    return write


@pytest.fixture
def bench(
    tmp_path: Path, environments: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Bench:
    """The report takes longer than these runs, so it is made only for a test that asks for it."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))  # some tests prepare environments of their own

    def run(*options: object, report: bool = False) -> Outcome:
        results = tmp_path / "results"
        monkeypatch.setattr(subprocess, "run", unreported.real if report else unreported.run)
        words = ["measure", str(environments), *map(str, options)]
        code = main(words if "--resume" in options else [*words, "--results", str(results)])
        output = capfd.readouterr()
        return Outcome(results, code, output.out + output.err)

    return run


@pytest.fixture
def driver(tmp_path: Path, environments: Path) -> Driver:
    return Driver(tmp_path, environments)
