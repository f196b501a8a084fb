"""The study of tax × gain = net: one row for each noise and number of blocks, and intervals that keep their promise."""

import pytest

from tests.lab.support import tax_gain_coverage


def test_adjusted_intervals_hold_the_truth_about_as_often_as_they_did(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tax_gain_coverage, "SAMPLES", 400)
    monkeypatch.setattr(tax_gain_coverage, "BLOCKS", (10,))

    _, _, *rows = tax_gain_coverage.table()

    cells = [row.strip("| ").split(" | ") for row in rows]
    assert [cell[:2] for cell in cells] == [
        ["Normal, standard deviation 3 %", "10"],
        ["Student's t, 3 degrees of freedom", "10"],
        ["Normal, one block of one arm 10×", "10"],
    ]
    for _, _, apart, together, usual, far in cells:
        before, after = (float(share.rstrip("%")) for share in (apart, together))
        assert before > 92
        assert abs(before - after) < 2
        assert float(usual.rstrip("%")) < 5
        assert float(far.rstrip("%")) < 50
