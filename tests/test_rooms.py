"""Who may know whom: each room imports what its place in the design allows, and nothing else."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness import ROOT

MOST_FILES = 15  # about 14, and the package's own docstring
SHARED = {"harness", "harness.records", "harness.runs", "harness.errors"}
MAY_KNOW = {
    "worker": {"harness.worker"},
    "interpreters": {"harness.interpreters", "harness.errors"},
    "analysis": {"harness.analysis", "harness.records", "harness.interpreters.build_differences"},
    "experiment": {
        "harness.experiment",
        "harness.analysis",
        "harness.interpreters",
        "harness.worker.orders",
        *SHARED,
    },
    "report": {"harness.report", "harness.analysis", *SHARED},
    "records": {"harness.records"},
    "runs": {"harness.runs", "harness.records", "harness.errors"},
    "selftest": {
        "harness.selftest",
        "harness.experiment",
        "harness.analysis",
        "harness.interpreters",
        "harness.worker.orders",
        *SHARED,
    },
}


def imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            # `from harness import x` may name a room
            module = node.module or ""
            yield from (f"{module}.{alias.name}" if module == "harness" else module for alias in node.names)


def files(room: str) -> list[Path]:
    paths = sorted((ROOT / "harness" / room).rglob("*.py"))
    assert paths
    return paths


def stays_within(name: str, allowed: set[str]) -> bool:
    return any(name == room or name.startswith(f"{room}.") for room in allowed if room != "harness") or (
        "harness" in allowed
        and name.startswith("harness.")
        and (name.split(".")[1].isupper() or name.endswith("__version__"))
    )


@pytest.mark.parametrize("room", MAY_KNOW)
def test_a_room_knows_only_whom_it_may(room: str) -> None:
    strangers = {
        (file.name, name)
        for file in files(room)
        for name in imported(file)
        if name.startswith("harness") and not stays_within(name, MAY_KNOW[room])
    }

    assert strangers == set()


# What a workload declares is there when it is measured: uvicorn for a service.
@pytest.mark.parametrize(("room", "also"), [("worker", {"pyperf", "uvicorn"}), ("interpreters", set())])
def test_what_runs_elsewhere_needs_nothing_installed(room: str, also: set[str]) -> None:
    known = set(sys.stdlib_module_names) | also | {"harness"}
    strangers = {
        (file.name, name) for file in files(room) for name in imported(file) if name.split(".")[0] not in known
    }

    assert strangers == set()


def test_pyperf_appears_only_where_a_worker_measures() -> None:
    users = [
        str(file.relative_to(ROOT / "harness"))
        for file in sorted((ROOT / "harness").rglob("*.py"))
        if "pyperf" in {name.split(".")[0] for name in imported(file)}
    ]

    assert users == ["worker/measure.py"]


def test_the_harness_knows_nothing_of_its_tests() -> None:
    strangers = {
        (file.name, name)
        for file in sorted((ROOT / "harness").rglob("*.py"))
        for name in imported(file)
        if name.split(".")[0] == "tests"
    }

    assert strangers == set()


def test_no_folder_holds_more_than_a_reader_can_survey() -> None:
    crowded = {
        str(folder.relative_to(ROOT)): count
        for folder in (ROOT / "harness").rglob("*")
        if folder.is_dir() and (count := len(list(folder.glob("*.py")))) > MOST_FILES
    }

    assert crowded == {}


@pytest.mark.parametrize("file", sorted((ROOT / "harness").rglob("*.py")), ids=str)
def test_files_and_functions_stay_small_enough_to_read(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    bodies = [
        (node.end_lineno or 0) - node.lineno + 1
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]

    assert text.count("\n") <= 300
    assert max(bodies, default=0) <= 45, "a body of at most 40 lines, its signature not counted"
