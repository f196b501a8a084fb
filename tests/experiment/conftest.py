"""Experiments with real worker processes under the interpreter that runs the tests."""

import io
import subprocess
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from harness.__main__ import main
from harness.records import Experiment, Trial
from harness.report.markdown import render
from harness.report.results import derive
from harness.runs import read_experiment, read_journal
from tests import unreported


@pytest.fixture
def workload(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a workload file and returns its path."""

    def write(source: str = "JOBS = [1, 2]\n\ndef run(job): return sum(range(20_000))", name: str = "sample") -> Path:
        file = tmp_path / f"{name}.py"
        file.write_text(textwrap.dedent(source), encoding="utf-8")
        return file

    return write


@pytest.fixture
def bench(
    tmp_path: Path, environments: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> "Callable[..., Bench]":
    """Return a function that runs the command and returns its exit code, its output and its newest run, if any.

    The report takes longer than these runs, so it is made only for a test that asks for it.
    """
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))  # some tests prepare environments of their own

    def run(*options: object, report: bool = False) -> Bench:
        results = tmp_path / "results"
        monkeypatch.setattr(subprocess, "run", unreported.real if report else unreported.run)
        words = ["measure", str(environments), *map(str, options)]
        code = main(words if "--resume" in options else [*words, "--results", str(results)])
        output = capfd.readouterr()
        runs = sorted(results.glob("*/experiment.json"))
        return Bench(code, output.out + output.err, runs[-1].parent if runs else None)

    return run


class Bench:
    """The exit code of a command, its output, and its run directory if it left one."""

    def __init__(self, code: int, output: str, run: Path | None) -> None:
        self.code, self.output, self.run = code, output, run

    @property
    def experiment(self) -> Experiment:
        assert self.run is not None, self.output
        return read_experiment(self.run)

    @property
    def report(self) -> str:
        """The text of the run's report, without pictures."""
        assert self.run is not None, self.output
        return render.report(derive(self.run), set())

    @property
    def trials(self) -> tuple[Trial, ...]:
        assert self.run is not None, self.output
        return read_journal(self.run).trials


@pytest.fixture
def console() -> Console:
    """A console that is no terminal and keeps what is printed on it."""
    return Console(file=io.StringIO(), width=200)
