"""A run stops by precision, budget or count, and never because an interval excludes 1."""

import pytest

from harness.analysis.stopping import due, given_up_sides, reason_to_stop
from harness.records import Contrast, Mode
from tests.builders import a_contrast, a_side, a_trial, a_workload, an_experiment, settings
from tests.disturbed import with_control

SURE = a_contrast(blocks=10, target_reached=True)
UNSURE = a_contrast(ratio=5.0, low=4.0, high=6.0, blocks=10)


@pytest.mark.parametrize(
    ("contrasts", "blocks", "elapsed", "reason"),
    [
        ([SURE], 10, 60, "every primary contrast is known to ±2%"),
        ([SURE], 9, 60, None),
        ([SURE, UNSURE], 30, 60, None),
        ([UNSURE], 3, 900, "the time budget is spent"),
        ([UNSURE], 0, 5000, None),
    ],
)
def test_precision_and_budget_end_a_run_after_its_first_block(
    contrasts: list[Contrast], blocks: int, elapsed: int, reason: str | None
) -> None:
    assert reason_to_stop(settings(), contrasts, blocks, elapsed) == reason


def test_with_a_number_of_blocks_only_that_counts() -> None:
    fixed = settings(blocks=12)

    assert reason_to_stop(fixed, [SURE], 11, 5000) is None
    assert reason_to_stop(fixed, [UNSURE], 12, 1) == "all 12 blocks that were asked for are measured"


def test_without_a_primary_contrast_ten_blocks_are_enough() -> None:
    assert reason_to_stop(settings(), [], 9, 60) is None
    assert (
        reason_to_stop(settings(), [], 10, 60) == "10 blocks are measured, and there is no primary contrast to sharpen"
    )


def test_contrasts_that_are_not_primary_keep_nothing_going() -> None:
    other = a_contrast(low=0.5, high=6.0, primary=False)

    assert reason_to_stop(settings(), [SURE, other], 10, 60) is not None


ARMS = "3.13", "3.13t"
CASES: tuple[tuple[Mode, int], ...] = ("serial", 1), ("threads", 2), ("threads", 4), ("processes", 2)
EXPERIMENT = with_control(an_experiment(ARMS, CASES))


def across(mode: Mode, workers: int, *, reached: bool) -> Contrast:
    """The contrast of the two arms in one case."""
    subject, baseline = (a_side(arm, mode, workers) for arm in ("3.13t", "3.13"))
    return a_contrast(subject=subject, baseline=baseline, target_reached=reached)


def modes(arm: str, *, reached: bool) -> Contrast:
    """The contrast of two threads with two processes under one arm."""
    subject, baseline = a_side(arm, "threads", 2), a_side(arm, "processes", 2)
    return a_contrast(subject=subject, baseline=baseline, target_reached=reached)


REACHED = [across(mode, workers, reached=True) for mode, workers in CASES]


def test_before_ten_blocks_everything_is_due() -> None:
    assert due(EXPERIMENT, REACHED, 9) == EXPERIMENT.sides
    assert len(EXPERIMENT.sides) == 2 * 4 + 3


def test_from_the_tenth_block_on_only_unreached_primaries_and_their_serial_baselines_are_due() -> None:
    contrasts = [*REACHED, modes("3.13", reached=False), modes("3.13t", reached=True)]

    assert due(EXPERIMENT, contrasts, 10) == {a_side("3.13", *case) for case in (CASES[0], CASES[1], CASES[3])}


def test_the_control_stays_as_long_as_what_it_doubles() -> None:
    assert due(EXPERIMENT, [*REACHED, modes("3.13t", reached=False)], 10) == {
        a_side(arm, *case) for arm in ("3.13t", "3.13t-control") for case in (CASES[0], CASES[1], CASES[3])
    }


def test_of_a_control_only_the_cases_of_due_sides_stay() -> None:
    contrasts = [*REACHED[:2], across("threads", 4, reached=False), REACHED[3]]
    serial_and_four = {a_side(arm, *case) for arm in ARMS for case in (CASES[0], CASES[2])}

    assert due(EXPERIMENT, contrasts, 10) == serial_and_four | {a_side("3.13t-control", "serial", 1)}


def test_another_workload_s_serial_baselines_leave() -> None:
    experiment = an_experiment(ARMS, CASES, [a_workload("a"), a_workload("b")])
    wide = a_contrast(subject=a_side("3.13t", "threads", 4, "a"), baseline=a_side("3.13", "threads", 4, "a"))

    assert {side.workload for side in due(experiment, [wide], 10)} == {"a"}


def test_contrasts_that_are_not_primary_keep_no_side() -> None:
    other = a_contrast(subject=a_side("3.13t", "threads", 4), baseline=a_side("3.13t", "serial", 1), primary=False)

    assert due(EXPERIMENT, [*REACHED, other], 10) == set()


def test_with_a_number_of_blocks_every_side_stays_to_the_end() -> None:
    fixed = with_control(an_experiment(ARMS, CASES, settings=settings(blocks=30)))

    assert due(fixed, REACHED, 20) == fixed.sides


def test_without_a_primary_contrast_every_side_stays() -> None:
    assert due(EXPERIMENT, [], 10) == EXPERIMENT.sides


def test_a_failed_calibration_is_not_the_first_of_three_failures_in_a_row() -> None:
    failures = [a_trial(block=block, status="failed", values=()) for block in (0, 1, 2, 3)]

    assert given_up_sides(failures[:3]) == []
    assert given_up_sides(failures) == [failures[0].side]
