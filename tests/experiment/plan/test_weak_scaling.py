"""Weak scaling: the work grows with the workers, and everything that compares knows it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from harness.experiment.options import parse
from harness.experiment.plan.cases import worker_counts
from harness.experiment.run_settings import settings
from tests.builders import a_workload
from tests.experiment.conftest import Bench

SMALL = ("--quick", "--blocks", "1", "--scaling", "weak", "--modes", "serial,threads", "--workers", "1,2")


def test_answers_agree_within_a_worker_count_and_the_report_says_what_was_measured(
    bench: Callable[..., Bench], workload: Callable[..., Path]
) -> None:
    done = bench("--workload", workload(), *SMALL)

    answers = {(trial.mode, trial.workers): trial.answer for trial in done.trials}
    assert answers["serial", 1] == answers["threads", 1] != answers["threads", 2]
    assert done.experiment.settings.scaling == "weak"
    assert "--scaling weak" in done.experiment.settings.command
    report = done.report
    assert report.startswith("# sample, weak scaling, on ")
    assert "> **Weak scaling: the work grows with the workers." in report
    assert "gave another answer" not in report
    assert "## Which mode took the shortest time" not in report
    assert "the speed-up over serial" not in report.partition("### Contrasts")[0]
    assert "the efficiency, time(serial) / time(n workers" in report


def test_a_run_is_not_resumed_with_another_scaling(bench: Callable[..., Bench], workload: Callable[..., Path]) -> None:
    done = bench("--workload", workload(), *SMALL)
    again = bench("--resume", done.run, "--workload", workload(), "--scaling", "strong")

    assert again.code == 2
    assert "The run was started with `--scaling weak`; drop `--scaling strong` to resume it." in again.output


@pytest.mark.parametrize(("scaling", "expected"), [("strong", [5]), ("weak", [1, 2, 4])])
def test_the_original_of_weak_scaling_is_measured_at_several_counts(scaling: str, expected: list[int]) -> None:
    recorded = settings(parse(["--size", "original", "--scaling", scaling]), ())

    assert worker_counts("threads", a_workload(), recorded, 4) == expected
