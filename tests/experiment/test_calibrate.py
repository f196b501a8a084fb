"""Loops and values follow from the slowest arm's seconds."""

import pytest

from harness.experiment.calibrate import counts
from harness.records import Case

CASE = Case(workload="fib", mode="serial", workers=1)


@pytest.mark.parametrize(
    ("seconds", "profile", "loops", "values"),
    [(0.2, "normal", 1, 2), (0.05, "normal", 4, 2), (0.03, "normal", 7, 2), (0.6, "normal", 1, 1), (60, "precise", 1, 1), (0.03, "quick", 4, 1)],
)  # fmt: skip
def test_a_value_lasts_a_fifth_of_a_second_and_a_long_case_takes_one(seconds, profile, loops, values):
    planned = counts(CASE, seconds, profile)

    assert (planned.loops, planned.values, planned.warmups) == (loops, values, 1)
