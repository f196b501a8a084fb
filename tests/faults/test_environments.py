"""An interpreter that is removed, replaced or given other dependencies, while a run goes on and before it is resumed."""

import json
import shutil
import sys
from pathlib import Path

import pytest

from tests.shared.driver import Bench, WorkloadWriter

ENVIRONMENT = Path(sys.prefix)
REMOVES = """
    import shutil, sys
    JOBS = [1]
    def run(job):
        if __import__("pathlib").Path({flag!r}).exists():
            shutil.rmtree({folder!r})
"""
RUN = ("--quick", "--size", "original", "--modes", "serial", "--seed", "5")


@pytest.fixture
def environment(tmp_path: Path, environments: Path) -> Path:
    """An environment of its own: links to everything in the one that runs the tests."""
    folder = tmp_path / "environment"
    packages = Path("lib", f"python3.{sys.version_info.minor}", "site-packages")
    (folder / "bin").mkdir(parents=True)
    (folder / packages).mkdir(parents=True)
    shutil.copy(ENVIRONMENT / "pyvenv.cfg", folder)
    (folder / "bin" / "python").symlink_to(Path(sys.executable).resolve())
    for package in (ENVIRONMENT / packages).iterdir():
        (folder / packages / package.name).symlink_to(package)
    record = {"interpreter": "3.12", "python": str(folder / "bin" / "python")}
    (environments / "bench-3-12.json").write_text(json.dumps(record), encoding="utf-8")
    return folder / packages


def install(packages: Path, version: str) -> None:
    for old in packages.glob("thing-*"):
        shutil.rmtree(old)
    folder = packages / f"thing-{version}.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: thing\nVersion: {version}\n")
    (folder / "WHEEL").write_text("Wheel-Version: 1.0\nTag: py3-none-any\n")


def test_a_dependency_that_changed_is_named_when_the_run_is_resumed(
    bench: Bench, workload: WorkloadWriter, environment: Path
) -> None:
    install(environment, "1.0")
    outcome = bench("--workload", workload(), *RUN, "--blocks", "1")
    assert outcome.code == 0, outcome.output
    install(environment, "2.0")
    resumed = bench("--resume", outcome.run, "--workload", workload())

    assert (resumed.code, resumed.output.partition(". Start")[0]) == (
        2,
        "3.12 has changed since the run began: thing was 1.0py3-none-any and is 2.0py3-none-any",
    )


def test_an_interpreter_that_was_removed_is_named_when_the_run_is_resumed(
    bench: Bench, workload: WorkloadWriter, environment: Path
) -> None:
    outcome = bench("--workload", workload(), *RUN, "--blocks", "1")
    (environment.parents[2] / "bin" / "python").unlink()
    resumed = bench("--resume", outcome.run, "--workload", workload())

    assert resumed.code == 2
    assert "bin/python cannot be run as a Python interpreter (No such file or directory)" in resumed.output


def test_an_environment_that_is_deleted_while_a_run_goes_on_fails_its_trials_with_the_reason(
    bench: Bench, workload: WorkloadWriter, environment: Path, tmp_path: Path
) -> None:
    flag, folder = tmp_path / "flag", environment.parents[2]
    (tmp_path / "other.py").write_text(
        f"import pathlib\nJOBS = [1]\ndef run(job): pathlib.Path({str(flag)!r}).touch()\n"
    )
    removes = workload(REMOVES.format(flag=str(flag), folder=str(folder)))
    outcome = bench("--workload", removes, "--workload", tmp_path / "other.py", *RUN, "--blocks", "9", report=True)

    assert "Done: every case failed three times in a row." in outcome.output
    gone = "its interpreter could not be started (No such file or directory); prepare it again with `nox -s bench`"
    assert [trial.reason for trial in outcome.trials[-3:]] == [gone] * 3
    assert (outcome.run / "report.md").exists()
