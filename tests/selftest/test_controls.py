"""The controls: what an interval means for each of them, and the table."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.__main__ import main
from harness.selftest import controls, known_5_percent, subjects
from harness.selftest.controls import FAILED, PASSED, UNDECIDED, KnownAnswer, Outcomes
from harness.selftest.judging import Estimate
from harness.selftest.sessions import Session

NOBODY = None


@pytest.mark.parametrize(
    ("low", "high", "outcome"),
    [(0.9, 1.09, PASSED), (1.0, 1.2, UNDECIDED), (1.11, 1.2, FAILED), (None, None, UNDECIDED)],
)
def test_threads_under_a_gil_must_stay_below_the_bound(low: float | None, high: float | None, outcome: Any) -> None:
    assert controls.no_speed_up(Estimate(1.0, low, high, 10)) == outcome


@pytest.mark.parametrize(
    ("low", "high", "outcome"),
    [
        (0.93, 0.97, PASSED),
        (0.96, 0.98, PASSED),
        (0.94, 1.01, UNDECIDED),
        (0.96, 1.01, FAILED),
        (None, None, UNDECIDED),
    ],
)
def test_five_percent_more_work_must_be_found_slower(low: float | None, high: float | None, outcome: Any) -> None:
    assert controls.slower(Estimate(0.95, low, high, 10)) == outcome


@pytest.mark.parametrize(
    ("different", "tries", "outcome"),
    [(1, 25, PASSED), (4, 20, PASSED), (5, 20, FAILED), (0, 19, UNDECIDED), (3, 3, FAILED), (0, 0, UNDECIDED)],
)
def test_identical_pairs_may_differ_as_often_as_chance_allows(different: int, tries: int, outcome: Any) -> None:
    assert controls.alike(different, tries) == outcome


def test_the_table_has_a_line_for_each_control_and_judges_none_below_ten_blocks() -> None:
    control = KnownAnswer("more work", "slower", controls.slower, NOBODY, NOBODY)  # type: ignore[arg-type]
    outcomes = Outcomes(
        [(control, [0.95, 0.951] * 5), (control, [0.95, 0.951]), (control, [])],
        [[1.0, 1.01, 0.99], [1.0, 1.01, 0.99], [1.1, 1.11, 1.12]],
    )

    assert controls.lines(outcomes) == [
        ["more work", "slower", "0.950 [0.950, 0.951]", "10", "passed"],
        ["more work", "slower", "0.950 [0.944, 0.957]", "2", "undecided"],
        ["more work", "slower", "–", "0", "undecided"],
        [
            "identical pairs",
            "at most 1 of 3 intervals exclude 1",
            "1 of 3: 33.3% [0.8%, 90.6%]",
            "10 each",
            "undecided",
        ],
    ]


def test_controls_are_measured_until_they_are_sharp_but_ten_blocks_at_least(
    session: Session, a_timer: Callable[..., Any]
) -> None:
    sharp = KnownAnswer("sharp", "", controls.slower, a_timer(*[1.05] * 10), a_timer(*[1.0] * 10))
    blunt = KnownAnswer("blunt", "", controls.slower, a_timer(*[1.0, 1.2] * 5), a_timer(*[1.0] * 10))
    outcomes = Outcomes([(sharp, []), (blunt, [])])

    controls.sharpen(session, outcomes, until=0.0)

    assert [len(ratios) for _, ratios in outcomes.controls] == [10, 10]


@pytest.mark.usefixtures("own_lock")
def test_nothing_prepared_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["selftest", "--prepared", str(tmp_path)]) == 2
    assert capsys.readouterr().err == (
        "No interpreter is prepared. Prepare it with `nox -s bench -- --plan`, which measures one job of each workload.\n"
    )


def test_a_number_that_makes_no_sense_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["selftest", "--minutes", "0"]) == 2
    assert capsys.readouterr().err == (
        "Argument --minutes: '0' is not a number of minutes above 0. `nox -s selftest --help` explains every option.\n"
    )


def test_the_self_test_starts_nothing_next_to_another_run(
    other_run: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["selftest", "--prepared", str(tmp_path)]) == 2
    assert capsys.readouterr().err.startswith(
        f"Another run is measuring on this machine (process {other_run}), and two would measure each other."
    )


def test_the_known_difference_is_a_workload_with_one_job_more_than_the_baseline_takes() -> None:
    assert subjects.SHORT.is_file()
    assert len(known_5_percent.JOBS) >= controls.MORE_JOBS == controls.JOBS + 1
