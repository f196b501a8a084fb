"""Memory trials: seen from outside, journalled like others, and kept apart from what is timed."""

import os
import subprocess
import sys

import pytest

from harness.experiment.machine.process_memory import available, pss_bytes, tree_pss_bytes
from harness.experiment.measure import memory_trial
from harness.experiment.process.limits import Watch, wait
from harness.runs import TRIALS
from tests.shared.driver import Bench, WorkloadWriter

needs_linux = pytest.mark.skipif(not available(), reason="this system does not tell the PSS")
BLOCK = 64 * 2**20
HOLDS = f"held = bytearray({BLOCK}); held[::4096] = bytes(len(held[::4096])); import time; time.sleep(0.2)"
SMALL = ("--quick", "--blocks", "1", "--modes", "serial", "--memory", "2")


@needs_linux
def test_the_memory_of_a_child_is_its_parent_s_too() -> None:
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {HOLDS!r}])"
    process = subprocess.Popen([sys.executable, "-c", code])
    ending = wait(process, Watch(60.0, sample=tree_pss_bytes))

    assert (ending.status, ending.reason, process.wait()) == ("ok", None, 0)
    assert ending.peak_bytes is not None
    assert BLOCK < ending.peak_bytes < 2 * BLOCK


@needs_linux
def test_a_process_that_does_not_end_in_time_is_given_up() -> None:
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])

    ending = wait(process, Watch(0.05, sample=tree_pss_bytes))
    process.kill()
    process.wait()

    assert (ending.status, ending.reason) == ("timed-out", "no end within 0.05 s; it was killed")


def test_a_process_that_is_gone_has_no_memory() -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()

    assert tree_pss_bytes(process.pid) is None


@needs_linux
def test_memory_blocks_come_after_the_timed_ones_and_have_no_part_in_times(
    bench: Bench, workload: WorkloadWriter
) -> None:
    outcome = bench("--workload", workload(), *SMALL)

    assert [(trial.purpose, trial.block, trial.order) for trial in outcome.trials] == [
        ("time", 1, 0),
        ("memory", 1, 1),
        ("memory", 2, 2),
    ]
    assert outcome.trials[0].peak_pss_bytes is None
    assert all((trial.peak_pss_bytes or 0) > 2**20 for trial in outcome.trials[1:])
    assert outcome.experiment.settings.memory_blocks == 2
    assert "--memory 2" in outcome.experiment.settings.command
    report = outcome.report
    assert "### Memory" in report
    assert "1 trial in 1 block, all complete" in report


@needs_linux
def test_a_resumed_run_measures_the_memory_blocks_that_are_missing(bench: Bench, workload: WorkloadWriter) -> None:
    outcome = bench("--workload", workload(), *SMALL)
    journal = outcome.run / TRIALS
    journal.write_bytes(b"".join(journal.read_bytes().splitlines(keepends=True)[:2]))

    resumed = bench("--resume", outcome.run, "--workload", workload())

    assert resumed.code == 0, resumed.output
    assert [(trial.purpose, trial.block, trial.order) for trial in resumed.trials] == [
        ("time", 1, 0),
        ("memory", 1, 1),
        ("memory", 2, 2),
    ]


def test_where_the_system_does_not_tell_there_is_a_finding_and_no_number(
    bench: Bench, workload: WorkloadWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory_trial, "available", lambda: False)
    outcome = bench("--workload", workload(), *SMALL)

    assert [trial.purpose for trial in outcome.trials] == ["time"]
    report = outcome.report
    assert "Memory was not measured, though --memory asked for it" in report
    assert "### Memory" not in report


def test_the_plan_counts_the_memory_blocks(bench: Bench, workload: WorkloadWriter) -> None:
    assert (
        "Its 2 memory blocks come after that and take about 0:0"
        in bench("--workload", workload(), *SMALL, "--plan").output
    )


def test_shares_add_up_and_pages_of_files_count_once() -> None:
    parent = {"Rss": 30, "Anonymous": 20, "Pss_Anon": 12}
    child = {"Rss": 27, "Anonymous": 20, "Pss_Anon": 12}

    assert pss_bytes([parent, child]) == 12 + 12 + 10
    assert pss_bytes([parent, parent]) == 12 + 12 + 10, "two that are alike share with each other, and are two"
    assert pss_bytes([]) is None


def test_a_child_that_has_not_begun_its_program_is_its_parent_s_memory_once_more() -> None:
    parent = {"Rss": 30, "Anonymous": 20, "Pss_Anon": 20}

    assert pss_bytes([parent, dict(parent)]) == 30
    assert pss_bytes([parent, {"Rss": 31, "Anonymous": 21, "Pss_Anon": 21}]) == 51


@needs_linux
def test_this_process_is_seen() -> None:
    pss = tree_pss_bytes(os.getpid())
    assert pss is not None
    assert pss > 2**20
