"""A short run of the driver that watches itself, and its resumption."""

from pathlib import Path
from typing import Any

import pytest

from tests.lab import __main__ as command
from tests.lab.tables import endurance


def test_a_watched_driver_tells_its_memory_its_descriptors_and_how_soon_it_resumed(
    environments: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(endurance, "CASES", 3)
    monkeypatch.setattr(endurance, "RESUMED_TRIALS", 1)
    words = ["--trials", "6", "--every", "3", "--repetitions", "1", "--prepared", str(environments)]

    assert command.main(["endurance", *words]) == 0
    output = capsys.readouterr().out
    rows = [line.split(" | ") for line in output.splitlines() if line.startswith(("| 3 ", "| 6 "))]
    assert [row[0] for row in rows] == ["| 3", "| 6"]
    assert [row[4:6] for row in rows] == [["0", "0"]] * 2, "neither children nor zombies"
    assert len({row[3] for row in rows}) == 1, "as many descriptors"
    assert "Resumed, from the start of the driver to that of its first trial: " in output


def test_what_grew_is_told_from_the_thousandth_trial_on() -> None:
    def line(trials: Any, megabytes: Any, append_seconds: Any) -> Any:
        memory = {"rss_bytes": megabytes * 10**6, "peak_rss_bytes": (megabytes + 5) * 10**6}
        return {"trials": trials, "append_seconds": append_seconds, **memory}

    early, late = line(1000, 70, 0.001), line(5000, 74, 0.002)

    assert endurance.flat([line(1, 50, 9.0), line(500, 60, 0.001), early, line(3000, 72, 5.0), late]) == (
        "After the first 1000 trials memory grew by 4.0 MB, 1000 bytes a trial, and its peak by 4.0 MB. An append took "
        "1.00 ms in the first 1000 and 2.00 ms in the last."
    )
    assert endurance.flat([early]).startswith("Too short to say what grows")
