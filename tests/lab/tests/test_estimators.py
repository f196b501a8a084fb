"""The study of estimators: its candidates are what they are called, and it says which one to keep."""

import math
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from harness import ROOT
from harness.interpreters.building.source import Source
from tests.builders import an_experiment, like_fib, trials_like, write_run
from tests.lab.support import canary_use, stopping_coverage
from tests.lab.support.simulated_noise import SKEWED, SYMMETRIC, normal, real
from tests.lab.tables import estimators
from tests.lab.tables.estimators import CANDIDATES, Row, centre, compared, judged, table, trimmed


def test_the_trimmed_mean_is_tukey_and_mclaughlin_s() -> None:
    point, low, high = trimmed(np.array([[9.0, 1.0, 2.0, 3.0, 7.0]]))

    # Kept: 2, 3, 7; winsorised: 2, 2, 3, 7, 7 with a sum of squares of 26.8; h = 3
    reach = stats.t.ppf(0.975, 2) * math.sqrt(26.8 / (3 * 2))
    assert (point[0], low[0], high[0]) == (4.0, pytest.approx(4 - reach), pytest.approx(4 + reach))


def test_skewed_noise_has_a_centre_for_each_candidate() -> None:
    population = np.random.default_rng(1).exponential(1, 400_000)

    assert centre("t on the mean", population) == pytest.approx(1, abs=0.01)
    assert centre("t on the trimmed mean", population) == pytest.approx(0.761, abs=0.01)
    assert centre("signed rank", population) == pytest.approx(1.678 / 2, abs=0.01)  # the median of Gamma(2), halved


@pytest.mark.parametrize("source", SYMMETRIC, ids=lambda source: source.__name__)
def test_symmetric_noise_is_centred_on_no_difference(source: Source) -> None:
    assert np.median(source(np.random.default_rng(1), 2000, 20)) == pytest.approx(0, abs=0.01)  # type: ignore[operator]


@pytest.mark.parametrize("source", [*SYMMETRIC, *SKEWED], ids=lambda source: source.__name__)
def test_every_source_gives_what_it_is_asked_for(source: Source) -> None:
    assert source(np.random.default_rng(1), 3, 7).shape == (3, 7)  # type: ignore[operator]


def test_real_noise_is_the_run_s_own_with_either_sign(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", an_experiment(), trials_like(like_fib(), 10))
    one, pooled = real(run)
    random = np.random.default_rng(1)

    assert one(random, 4, 10).shape == (4, 10)
    assert one(random, 4, 11).shape == (0, 11), "no contrast has so many blocks"
    drawn = pooled(random, 500, 40)
    assert drawn.mean() == pytest.approx(0, abs=0.001)
    assert 0.005 < drawn.std() < 0.02


def test_coverage_decides_before_width() -> None:
    symmetric = [Row("quiet", 10, (0.95, 0.95, 0.95), (1.0, 1.0, 0.5)), Row("quiet", 5, (0.1, 0.1, 0.1), (1, 1, 1))]
    skewed = [Row("skewed", 10, (0.70, 0.945, 0.94), (1.0, 0.9, 0.8))]

    *_, sentence = judged(symmetric, skewed)
    assert sentence.strip() == "Coverage first, then width: t on the trimmed mean."
    *_, sentence = judged(symmetric, [skewed[0]._replace(coverages=(0.70, 0.945, 0.93))])
    assert sentence.strip() == "Coverage first, then width: signed rank."


def test_the_tables_in_the_documentation_are_the_study_s() -> None:
    written = (ROOT / "docs" / "statistics.md").read_text(encoding="utf-8").splitlines()
    _, _, *rows = table(list(CANDIDATES), list(compared(normal, skewed=False)))

    assert set(rows) <= set(written), "after a change: python -m tests.lab estimators"


def test_a_contrast_stops_at_the_first_narrow_interval_from_ten_blocks_on() -> None:
    at_once = [0.01, -0.01] * 10
    late = [1.0, *[0.001, -0.001] * 9, 0.001]  # one outlier leaves the interval wide up to eleven blocks
    never = [0.1, -0.1] * 10

    contrasts = stopping_coverage.stop(np.array([at_once, late, never]), 0.0)

    assert contrasts.blocks.tolist() == [10, 12, 20]
    assert contrasts.reached.tolist() == [True, True, False]
    assert contrasts.right.tolist() == [True, True, True]
    assert stopping_coverage.stop(np.array([at_once]), 0.5).right.tolist() == [False]


def test_the_study_prints_its_tables(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(estimators, "SAMPLES", 40)
    monkeypatch.setattr(estimators, "POPULATION", 1000)
    monkeypatch.setattr(stopping_coverage, "SAMPLES", 40)
    monkeypatch.setattr(canary_use, "SAMPLES", 10)
    run = write_run(tmp_path / "run", an_experiment(), trials_like(like_fib(), 10))

    assert estimators.main(["--journal", str(run)]) == 0

    printed = capsys.readouterr().out
    assert printed.count("| noise | blocks |") == 3
    assert "| Real: blocks of one contrast | 10 | " in printed
    always_fast = next(line for line in printed.splitlines() if line.startswith("| always fast |"))
    assert {cell.split(", ", 1)[1] for cell in always_fast.strip("| ").split(" | ")[1:]} == {"1.00×, 1.00×"}
    assert "| run | – | 0 of 5 | 1.00× | " in printed, "without canaries nothing is adjusted"


def test_a_folder_that_is_no_run_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert estimators.main(["--journal", str(tmp_path)]) == 2
    assert "is not a run directory" in capsys.readouterr().err
