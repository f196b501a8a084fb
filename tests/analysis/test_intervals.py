"""Many contrasts at once get the intervals that each of them has alone."""

import numpy as np
import pytest

from harness.analysis.estimates import geometric_mean
from harness.analysis.intervals import intervals

NONE = float("nan")


def test_each_row_is_estimated_from_the_blocks_that_count_in_it():
    rows = np.array([[0.1, 0.2, 0.4, NONE], [NONE, -0.3, NONE, 0.5], [0.7, 0.7, 0.7, 0.7]])

    alone = [geometric_mean(np.exp(row[~np.isnan(row)])) for row in rows]

    assert [tuple(each) for each in intervals(rows)] == [pytest.approx(tuple(each), rel=1e-12) for each in alone]


def test_a_row_with_one_block_has_no_interval():
    (found,) = intervals(np.array([[NONE, 0.0]]))

    assert found == (1.0, None, None)


def test_no_rows_have_no_estimates():
    assert intervals(np.empty((0, 5))) == []
