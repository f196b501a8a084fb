"""pyperf as the rival: its verdict is read from what it really prints, its runs are made by its own script."""

from pathlib import Path
from typing import Any

import pyperf
import pytest

from harness.selftest import subjects
from tests.lab.support import pyperf_runs


def a_run_of_pyperf(file: Path, *values: Any) -> Any:
    runs = [pyperf.Run([value], metadata={"name": "sample"}, collect_metadata=False) for value in values]
    pyperf.Benchmark(runs).dump(str(file))
    return file


def test_its_verdict_is_read_from_what_it_prints(tmp_path: Path) -> None:
    first = a_run_of_pyperf(tmp_path / "first.json", 1.00, 1.01, 0.99, 1.00)
    alike = a_run_of_pyperf(tmp_path / "alike.json", 1.01, 1.00, 0.99, 1.01)
    slower = a_run_of_pyperf(tmp_path / "slower.json", 1.10, 1.11, 1.09, 1.10)

    assert not pyperf_runs.called_different(first, alike)
    assert pyperf_runs.called_different(first, slower)
    assert pyperf_runs.called_different(slower, first)


def test_what_is_not_understood_is_no_verdict() -> None:
    with pytest.raises(RuntimeError, match="nothing that is understood: 'something new'"):
        pyperf_runs.shows_difference("something new")


def test_a_file_that_cannot_be_compared_is_no_verdict(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="pyperf compare_to failed: exit code"):
        pyperf_runs.called_different(tmp_path / "missing.json", tmp_path / "missing.json")


def test_its_script_measures_the_whole_of_the_same_jobs(tmp_path: Path, environments: Path, label: str) -> None:
    (arm,) = subjects.chosen(subjects.prepared(environments), [label])
    less = ("--processes=1", "--values=1", "--loops=1", "--warmups=0")
    measurement = pyperf_runs.default_run(subjects.short(arm, 1), tmp_path / "run.json", *less)

    assert measurement.failed is None
    assert measurement.raw["pyperf_values"] == [measurement.seconds]
    assert 0 < measurement.seconds < measurement.elapsed_seconds


def test_a_script_that_fails_says_why(tmp_path: Path, environments: Path, label: str) -> None:
    (arm,) = subjects.chosen(subjects.prepared(environments), [label])
    measurement = pyperf_runs.default_run(subjects.short(arm, 1), tmp_path / "run.json", "--loops=none")

    assert measurement.failed is not None
    assert measurement.failed.startswith("exit code 2; its last words: ")
