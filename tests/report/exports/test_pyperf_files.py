"""The exports are files that pyperf's own commands accept, and say under which GIL each value was measured."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from harness.records import Experiment, Gil, ProcessGil, Trial
from harness.report.exports.pyperf_files import write_exports
from tests.builders import a_trial, a_value, an_arm, an_experiment, like_fib, trials_like
from tests.report.built_results import built_results

ARMS = ("3.13", "3.13t")
CASES: tuple[tuple[str, int], ...] = (("serial", 1), ("threads", 2))


def exported(folder: Path, experiment: Experiment, trials: Sequence[Trial]) -> dict[str, Any]:
    write_exports(built_results(experiment, usable=trials), folder)
    return {path.name: json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))}


def metadata(written: dict[str, Any]) -> dict[str, Any]:
    """All metadata of the first run of the first benchmark: pyperf keeps what is common at the top."""
    first = written["benchmarks"][0]
    return {**written["metadata"], **first.get("metadata", {}), **first["runs"][0].get("metadata", {})}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    exports = tmp_path_factory.mktemp("exports")
    exported(exports, an_experiment(ARMS, CASES), trials_like(like_fib(ARMS, CASES), 5))
    return exports


@pytest.mark.parametrize(
    ("command", "line"),
    [
        (["show", "3.13t.json"], "fib/threads/2"),
        (["stats", "3.13t.json"], "Total number of run: 5"),
        (["hist", "3.13t.json"], "fib/serial"),
        (["metadata", "3.13t.json"], "- gil: off"),
        (["check", "3.13.json"], "fib/serial"),
        (["compare_to", "3.13.json", "3.13t.json"], "fib/serial: Mean +- std dev: [3.13]"),
        (["compare_to", "--table", "3.13.json", "3.13t.json"], "| fib/serial     |"),
    ],
)
def test_pyperf_s_commands_accept_the_exports(folder: Path, command: list[str], line: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "pyperf", *command], cwd=folder, capture_output=True, text=True, check=False
    )

    assert (ran.returncode, ran.stderr) == (0, "")
    assert line in ran.stdout


@pytest.mark.parametrize("command", ["show", "stats", "hist"])
def test_pyperf_s_commands_accept_a_single_value(tmp_path: Path, command: str) -> None:
    exported(tmp_path, an_experiment(("3.13",), [("serial", 1)]), [a_trial("3.13")])

    ran = subprocess.run(
        [sys.executable, "-m", "pyperf", command, "3.13.json"], cwd=tmp_path, capture_output=True, check=False
    )

    assert ran.returncode == 0


def test_a_run_per_trial_in_block_order_with_whole_seconds(tmp_path: Path) -> None:
    trials = [
        a_trial("3.13", block=2, order=1, values=(a_value(0.2), a_value(0.3))),
        a_trial("3.13", block=1, order=0, values=(a_value(0.1),)),
        a_trial("3.13", "threads", 2, block=1, order=2, values=(a_value(0.4),)),
    ]

    written = exported(tmp_path, an_experiment(("3.13",), CASES), trials)["3.13.json"]

    assert {
        benchmark["metadata"]["name"]: [[round(value, 9) for value in run["values"]] for run in benchmark["runs"]]
        for benchmark in written["benchmarks"]
    } == {"fib/serial": [[0.1], [0.2, 0.3]], "fib/threads/2": [[0.4]]}


def test_the_metadata_say_what_was_measured_and_under_which_gil(tmp_path: Path) -> None:
    trial = a_trial("3.13t", "processes", 2, block=3, order=17, loops=4)

    written = exported(tmp_path, an_experiment(ARMS, [("processes", 2)]), [trial])

    assert metadata(written["3.13t.json"]) == {
        "name": "fib/processes/2",
        "unit": "second",
        "arm": "3.13t",
        "workload": "fib",
        "mode": "processes",
        "workers": 2,
        "block": 3,
        "order": 17,
        "loops": 4,
        "answer": "a" * 64,
        "start_method": "fork",
        "gil": "off",
        "free_threaded_build": "yes",
        "python_version": "3.13.5",
        "python_implementation": "CPython",
        "python_compiler": "GCC 12.2.0",
        "cpu_model_name": "Some CPU @ 2.50GHz",
        "platform": "Linux-6.1.0-x86_64",
        "usable_cpus": 2,
        "cpu_seconds": 0.2,
        "duration": pytest.approx(0.3),
        "date": "2025-11-22 12:14:00",
    }


@pytest.mark.parametrize(
    ("main_at_end", "pool_at_end", "gil_metadata"), [(True, False, "on"), (False, True, "on"), (False, False, "off")]
)
def test_the_gil_is_on_where_any_process_ended_with_it_on(
    tmp_path: Path, main_at_end: bool, pool_at_end: bool, gil_metadata: str
) -> None:
    pool = (ProcessGil(before_import=False, after_import=False, at_end=pool_at_end),)
    gil = Gil(free_threaded_build=True, before_import=False, after_import=False, at_end=main_at_end, pool=pool)

    written = exported(tmp_path, an_experiment(("3.13t",)), [a_trial("3.13t", gil=gil)])

    assert metadata(written["3.13t.json"])["gil"] == gil_metadata


def test_metadata_stand_once_for_all_that_share_them(tmp_path: Path) -> None:
    trials = [a_trial(block=1), a_trial(block=2, order=4), a_trial("3.13", "threads", 2, block=1, order=9, loops=3)]

    written = exported(tmp_path, an_experiment(("3.13",), CASES), trials)["3.13.json"]
    serial, threads = written["benchmarks"]

    assert written["metadata"].keys() >= {"arm", "unit", "workload", "gil", "date"}
    assert serial["metadata"] == {"name": "fib/serial", "mode": "serial", "workers": 1, "loops": 1}
    assert [run["metadata"] for run in serial["runs"]] == [{"block": 1, "order": 0}, {"block": 2, "order": 4}]
    assert threads["metadata"]["loops"] == 3


def test_what_is_not_known_is_left_out(tmp_path: Path) -> None:
    unknown = a_trial(gil=None, answer=None, cpu_seconds=None, started_at="long ago", elapsed_seconds=0.0)

    written = metadata(exported(tmp_path, an_experiment(("3.13",)), [unknown])["3.13.json"])

    assert {"gil", "answer", "cpu_seconds", "date", "duration", "start_method"}.isdisjoint(written)


def test_a_value_of_zero_is_exported_as_the_shortest_there_is(tmp_path: Path) -> None:
    written = exported(tmp_path, an_experiment(("3.13",)), [a_trial(values=(a_value(0.0),))])

    assert written["3.13.json"]["benchmarks"][0]["runs"][0]["values"] == [1e-9]


def test_an_arm_without_usable_trials_has_no_file_and_loses_an_old_one(tmp_path: Path) -> None:
    (tmp_path / "3.13t.json").write_text("{}")

    assert list(exported(tmp_path, an_experiment(ARMS), [a_trial("3.13")])) == ["3.13.json"]


def test_labels_never_lead_out_of_the_run_or_onto_its_own_files(tmp_path: Path) -> None:
    labels = ("../../outside", "experiment", "contrasts", "trials")
    run = tmp_path / "a" / "b"
    run.mkdir(parents=True)
    experiment = an_experiment(arms=[an_arm(label) for label in labels], cases=[("serial", 1)])

    names = list(exported(run, experiment, [a_trial(label) for label in labels]))

    assert names == ["contrasts-2.json", "experiment-2.json", "outside.json", "trials-2.json"]
    assert sorted(path.name for path in tmp_path.rglob("*.json")) == sorted(names)


def test_line_ends_in_what_an_interpreter_says_do_not_stop_the_export(tmp_path: Path) -> None:
    build = an_arm().build
    arm = an_arm(
        build=type(build)(**{**{f: getattr(build, f) for f in build.__struct_fields__}, "compiler": "GCC\n12"})
    )

    written = exported(tmp_path, an_experiment(arms=[arm]), [a_trial()])

    assert metadata(written["3.13.json"])["python_compiler"] == "GCC 12"
