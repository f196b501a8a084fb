"""Real short runs in processes of their own, in surroundings that a test chooses."""

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness import ROOT
from harness.experiment.process.environment import influences
from harness.runs import read_experiment, read_journal

SHORT = ("--quick", "--blocks", "1", "--workers", "2", "--dependencies", "wheels")


@pytest.fixture
def _undisturbed(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in influences():
        monkeypatch.delenv(name)


PLAIN = "JOBS = [1, 2, 3, 4]\n\ndef run(job):\n    return sum(range(20_000))\n"


class Ran:
    """What came of a command: its exit code, its output, and its run directory, if it left one."""

    def __init__(self, ended: Any, results: Any) -> None:
        self.code, self.output = ended.returncode, ended.stdout + ended.stderr
        self.run = next((path.parent for path in results.glob("*/experiment.json")), None)

    @property
    def experiment(self) -> Any:
        return read_experiment(self.run)  # type: ignore[arg-type]

    @property
    def trials(self) -> Any:
        return read_journal(self.run).trials  # type: ignore[arg-type]


@pytest.fixture
def measured(tmp_path: Path, environments: Path) -> Callable[..., Any]:
    """Return a function that measures a workload file and waits for the end."""

    def run(
        *words: Any,
        source: Any = PLAIN,
        file: Any = None,
        results: Any = None,
        report: Any = False,
        unset: Any = (),
        cwd: Any = ROOT,
        before: Any = None,
        **variables: Any,
    ) -> Any:
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
        return Ran(ended, Path(results))

    return run
