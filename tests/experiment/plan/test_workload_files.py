"""Workload files are chosen by name, by group or by path, without running them."""

from pathlib import Path

import pytest
from rich.console import Console

from harness import WORKLOADS
from harness.errors import UsageError
from harness.experiment.plan import workload_files, workload_source


def names(*named: str) -> list[str]:
    return [path.stem for path in workload_files.find(named)]


def test_without_options_only_files_without_a_group_are_measured() -> None:
    assert names() == ["download", "fib"]


def test_a_group_stands_for_the_files_that_name_it() -> None:
    assert names("group:controls") == ["compress", "digest", "download_plain", "sleep"]


def test_a_file_that_is_named_twice_is_measured_once() -> None:
    assert names("digest", "group:controls", str(WORKLOADS / "sleep.py")) == [
        "digest",
        "compress",
        "download_plain",
        "sleep",
    ]


def test_an_unknown_group_lists_the_groups() -> None:
    with pytest.raises(UsageError) as caught:
        names("group:nothing")

    groups = {workload_source.read(file).group or "" for file in WORKLOADS.glob("*.py")}
    listed = ", ".join(f"group:{name}" for name in sorted(groups - {""}))
    assert str(caught.value) == (
        f"Unknown group 'nothing'. The groups are {listed}; `nox -s bench -- --list` shows their workloads."
    )


def test_every_workload_names_a_group_of_its_choice_in_plain_sight() -> None:
    """A GROUP that is computed would be seen by the worker and not by who chooses files."""
    said = [
        line for file in WORKLOADS.glob("*.py") for line in file.read_text().splitlines() if line.startswith("GROUP")
    ]

    assert len(said) == sum(workload_source.read(file).group is not None for file in WORKLOADS.glob("*.py"))


def test_a_file_is_read_without_importing_what_it_needs(tmp_path: Path) -> None:
    file = tmp_path / "sums.py"
    file.write_text(
        '''"""Sums.\n\nMore."""\nimport nothing_of_this_name\nGROUP = "mine"\nSERIES = "jobs"\n'''
        'SIZES = {"quick": {1: [1]}}\nasync def run_async(job): pass\n'
    )

    assert workload_source.read(file) == workload_source.Entry(
        name="sums", summary="Sums.", group="mine", series="jobs", modes=("asyncio",), sizes=("quick",)
    )


def test_the_list_has_a_row_for_each_workload() -> None:
    console = Console(width=200)
    with console.capture() as captured:
        console.print(workload_source.table(list(workload_files.built_in().values())))
    rows = [line.split("│")[1].strip() for line in captured.get().splitlines() if line.startswith("│")]

    assert {path.stem for path in WORKLOADS.glob("*.py")} <= set(rows)


def test_a_file_that_cannot_be_parsed_is_left_to_the_worker_to_refuse(tmp_path: Path) -> None:
    file = tmp_path / "torn.py"
    file.write_text("JOBS = [")

    assert (workload_source.read(file).group, workload_source.read(file).modes) == (None, ())
