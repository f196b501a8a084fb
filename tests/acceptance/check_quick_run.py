"""What a `--quick` run on real interpreters must have left; run by name, against the newest run in results/.

python -m pytest tests/acceptance/check_quick_run.py
"""

import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from harness.analysis.checks import findings
from harness.analysis.results.build_mismatches import declared_mismatches
from harness.records import Arm, Gil
from harness.records.trials import ProcessGil
from harness.report.exports.contrasts_file import PublishedContrast
from harness.runs import newest, read_experiment, read_journal
from tests.builders import text_in

ARMS = ["3.12", "3.13", "3.13t-gil", "3.13t"]
RUN = newest(Path(__file__).resolve().parents[2] / "results")
EXPERIMENT, JOURNAL = read_experiment(RUN), read_journal(RUN)


def test_all_four_arms_were_measured_in_at_least_five_blocks() -> None:
    assert [arm.label for arm in EXPERIMENT.arms] == ARMS
    sides = {planned.case.under(arm) for planned in EXPERIMENT.cases for arm in ARMS}
    for block in range(1, 6):
        assert {trial.side for trial in JOURNAL.trials if trial.block == block} == sides


def test_every_trial_succeeded_with_one_answer_for_each_workload() -> None:
    assert {(trial.status, trial.reason) for trial in JOURNAL.trials} == {("ok", None)}
    assert len({(trial.workload, trial.answer) for trial in JOURNAL.trials}) == len(EXPERIMENT.workloads)
    assert JOURNAL.damaged_lines == 0


def test_the_gil_was_what_each_arm_asked_for_in_every_process() -> None:
    for trial in JOURNAL.trials:
        assert trial.gil is not None, trial
        states: list[Gil | ProcessGil] = [trial.gil, *trial.gil.pool]
        flags = {flag for state in states for flag in (state.before_import, state.after_import, state.at_end)}
        assert flags == {trial.arm != "3.13t"}, trial
        assert trial.gil.free_threaded_build is trial.arm.startswith("3.13t")
        # A pool process that is slow to start may find no job left.
        assert len(trial.gil.pool) in (range(1, trial.workers + 1) if trial.mode == "processes" else (0,))


def test_the_two_builds_that_are_compared_match_and_all_arms_have_the_same_versions() -> None:
    assert [one for one in declared_mismatches(EXPERIMENT) if one.more_than == "the GIL"] == []
    installed = {
        (distribution.name, distribution.version) for arm in EXPERIMENT.arms for distribution in arm.distributions
    }
    assert len({name for name, _ in installed}) == len(installed), "one version of each, wherever it is installed"


def test_contrasts_are_provisional_and_without_verdicts() -> None:
    contrasts = json.loads((RUN / "contrasts.json").read_text(encoding="utf-8"))

    assert len(contrasts) == 2 * len(EXPERIMENT.pairs)
    assert all(set(contrast) == set(PublishedContrast.__struct_fields__) for contrast in contrasts)
    assert {(contrast["provisional"], contrast["verdict"]) for contrast in contrasts} == {(True, None)}
    assert all(contrast["low"] < contrast["ratio"] < contrast["high"] for contrast in contrasts)


def test_the_report_says_at_once_that_its_numbers_are_provisional() -> None:
    text = (RUN / "report.md").read_text(encoding="utf-8")

    assert "All numbers are provisional" in text[:1500]
    first_screen = text[: text.index("## What not to believe")]
    assert all(workload.name in first_screen for workload in EXPERIMENT.workloads)
    assert "## Which mode took the shortest time" in first_screen


def test_no_check_found_an_error() -> None:
    assert [finding.sentence for finding in findings(EXPERIMENT, JOURNAL) if finding.severity == "error"] == []


@pytest.mark.parametrize("picture", sorted(RUN.glob("*.svg")), ids=lambda path: path.name)
def test_pictures_are_well_formed(picture: Path) -> None:
    assert ET.parse(picture).getroot().tag == "{http://www.w3.org/2000/svg}svg"


def test_there_is_a_picture_for_each_workload() -> None:
    assert len(list(RUN.glob("*.svg"))) >= len(EXPERIMENT.workloads)


@pytest.mark.parametrize("arm", ARMS)
def test_pyperf_reads_what_was_exported(arm: Arm) -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "pyperf", "show", str(RUN / f"{arm}.json")], capture_output=True, text=True, check=True
    ).stdout

    assert "fib/processes" in shown


def test_nothing_in_the_run_names_this_machine_or_its_user() -> None:
    text = text_in(RUN)

    assert os.uname().nodename not in text
    assert str(Path.home()) not in text
