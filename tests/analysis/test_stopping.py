"""A run stops by precision, budget or count, and never because an interval excludes 1."""

import pytest

from harness.analysis.stopping import reason_to_stop
from tests.builders import a_contrast, settings

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
def test_precision_and_budget_end_a_run_after_its_first_block(contrasts, blocks, elapsed, reason):
    assert reason_to_stop(settings(), contrasts, blocks, elapsed) == reason


def test_with_a_number_of_blocks_only_that_counts():
    fixed = settings(blocks=12)

    assert reason_to_stop(fixed, [SURE], 11, 5000) is None
    assert reason_to_stop(fixed, [UNSURE], 12, 1) == "all 12 blocks that were asked for are measured"


def test_without_a_primary_contrast_ten_blocks_are_enough():
    assert reason_to_stop(settings(), [], 9, 60) is None
    assert (
        reason_to_stop(settings(), [], 10, 60) == "10 blocks are measured, and there is no primary contrast to sharpen"
    )


def test_contrasts_that_are_not_primary_keep_nothing_going():
    other = a_contrast(low=0.5, high=6.0, primary=False)

    assert reason_to_stop(settings(), [SURE, other], 10, 60) is not None
