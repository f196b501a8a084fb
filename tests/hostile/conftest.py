"""Real short runs in processes of their own, in surroundings that a test chooses."""

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from harness import ROOT
from harness.experiment.process.environment import influences
from harness.records import Experiment, Trial
from harness.runs import read_experiment, read_journal

SHORT = ("--quick", "--blocks", "1", "--workers", "2", "--dependencies", "wheels")


@pytest.fixture
def _undisturbed(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in influences():
        monkeypatch.delenv(name)


PLAIN = "JOBS = [1, 2, 3, 4]\n\ndef run(job):\n    return sum(range(20_000))\n"


class Ran:
    """What came of a command: its exit code, its output, and its run directory, if it left one."""

    def __init__(self, ended: subprocess.CompletedProcess[str], results: Path) -> None:
        self.code, self.output = ended.returncode, ended.stdout + ended.stderr
        self._run = next((path.parent for path in results.glob("*/experiment.json")), None)

    @property
    def run(self) -> Path:
        assert self._run is not None, self.output
        return self._run

    @property
    def experiment(self) -> Experiment:
        return read_experiment(self.run)

    @property
    def trials(self) -> tuple[Trial, ...]:
        return read_journal(self.run).trials


@pytest.fixture
def measured(tmp_path: Path, environments: Path) -> Callable[..., Ran]:
    """Return a function that measures a workload file and waits for the end."""

    def run(
        *words: str,
        source: str = PLAIN,
        file: Path | None = None,
        results: Path | None = None,
        report: bool = False,
        unset: Iterable[str] = (),
        cwd: Path = ROOT,
        before: Callable[[], object] | None = None,
        **variables: str,
    ) -> Ran:
        file, results = file or tmp_path / "sample.py", results or tmp_path / "results"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(source), encoding="utf-8")
        gone = {*unset, *influences()}  # this machine may have some set
        environment = {name: value for name, value in os.environ.items() if name not in gone} | variables
        # Without -P and PYTHONPATH the harness is found as the noxfile's sessions find it: in the working directory.
        command = [
            sys.executable,
            "-m",
            *(("harness", "measure") if report else ("tests.unreported",)),
            environments,
            "--workload",
            file,
            "--results",
            results,
        ]
        ended = subprocess.run(
            [*map(str, command), *SHORT, *words],
            cwd=cwd,
            env=environment,
            check=False,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            stdin=subprocess.DEVNULL,
            preexec_fn=before,
            timeout=300,
        )
        return Ran(ended, results)

    return run
