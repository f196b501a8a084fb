"""Real short runs in processes of their own, in surroundings that a test chooses."""

import textwrap
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Protocol

import pytest

from harness import ROOT
from harness.experiment.process.environment import influences
from tests.shared.driver import Driver, Outcome, driver

__all__ = ["driver"]

SHORT = ("--quick", "--blocks", "1", "--workers", "2", "--dependencies", "wheels")
PLAIN = "JOBS = [1, 2, 3, 4]\n\ndef run(job):\n    return sum(range(20_000))\n"


class Measure(Protocol):
    """Measures a workload file in one block and waits for the end; `unset` and `variables` change its environment."""

    def __call__(
        self,
        *words: str,
        source: str = ...,
        file: Path | None = None,
        results: Path | None = None,
        report: bool = False,
        unset: Collection[str] = (),
        cwd: Path = ...,
        before: Callable[[], object] | None = None,
        variables: Mapping[str, str] | None = None,
    ) -> Outcome: ...


@pytest.fixture
def _undisturbed(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in influences():
        monkeypatch.delenv(name)


@pytest.fixture
def measured(tmp_path: Path, driver: Driver) -> Measure:
    def run(
        *words: str,
        source: str = PLAIN,
        file: Path | None = None,
        results: Path | None = None,
        report: bool = False,
        unset: Collection[str] = (),
        cwd: Path = ROOT,
        before: Callable[[], object] | None = None,
        variables: Mapping[str, str] | None = None,
    ) -> Outcome:
        file, results = file or tmp_path / "sample.py", results or driver.results.folder
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(source), encoding="utf-8")
        words = ("--workload", str(file), "--results", str(results), *SHORT, *words)
        process = driver.start(*words, report=report, variables=variables, unset=unset, cwd=cwd, before=before)
        return driver.ended(process, results)

    return run
