"""The chi-squared test agrees with scipy's, which is too slow to import in a report."""

import subprocess
import sys

import pytest
from scipy import stats

from harness.analysis.statistics.chi_squared import independence


@pytest.mark.parametrize(
    "counts",
    [
        [[5, 95], [20, 80]],
        [[10, 10], [10, 10]],
        [[1, 99], [2, 98]],
        [[0, 100], [0, 100], [0, 100], [20, 80], [0, 60]],
        [[30, 70], [31, 69], [55, 45]],
    ],
)
def test_it_gives_the_chance_that_scipy_gives(counts: list[list[int]]) -> None:
    assert independence(counts) == pytest.approx(stats.chi2_contingency(counts).pvalue, rel=1e-12)


def test_no_part_of_a_report_loads_scipy_stats() -> None:
    script = (
        "import sys; from pathlib import Path; from harness.report.results import derive; "
        "derive(Path('results/reference')); print('scipy.stats' in sys.modules)"
    )

    assert subprocess.check_output([sys.executable, "-c", script], text=True) == "False\n"
