"""Weak scaling: the work grows with the workers, and everything that compares knows it."""

import pytest

from harness.experiment.options import parse
from harness.experiment.plan.cases import worker_counts
from harness.experiment.run_settings import settings
from tests.builders import a_workload
from tests.shared.driver import Bench, WorkloadWriter

SMALL = ("--quick", "--blocks", "1", "--scaling", "weak", "--modes", "serial,threads", "--workers", "1,2")


def test_answers_agree_within_a_worker_count_and_the_report_says_what_was_measured(
    bench: Bench, workload: WorkloadWriter
) -> None:
    outcome = bench("--workload", workload(), *SMALL)

    answers = {(trial.mode, trial.workers): trial.answer for trial in outcome.trials}
    assert answers["serial", 1] == answers["threads", 1] != answers["threads", 2]
    assert outcome.experiment.settings.scaling == "weak"
    assert "--scaling weak" in outcome.experiment.settings.command
    report = outcome.report
    assert report.startswith("# sample, weak scaling, on ")
    assert "> **Weak scaling: the work grows with the workers." in report
    assert "gave another answer" not in report
    assert "## Which mode took the shortest time" not in report
    assert "the speed-up over serial" not in report.partition("### Contrasts")[0]
    assert "the efficiency, time(serial) / time(n workers" in report


def test_a_run_is_not_resumed_with_another_scaling(bench: Bench, workload: WorkloadWriter) -> None:
    outcome = bench("--workload", workload(), *SMALL)
    resumed = bench("--resume", outcome.run, "--workload", workload(), "--scaling", "strong")

    assert resumed.code == 2
    assert "The run was started with `--scaling weak`; drop `--scaling strong` to resume it." in resumed.output


@pytest.mark.parametrize(("scaling", "expected"), [("strong", [5]), ("weak", [1, 2, 4])])
def test_the_original_of_weak_scaling_is_measured_at_several_counts(scaling: str, expected: list[int]) -> None:
    recorded = settings(parse(["--size", "original", "--scaling", scaling]), ())

    assert worker_counts("threads", a_workload(), recorded, 4) == expected
