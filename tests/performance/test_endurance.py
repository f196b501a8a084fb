"""A short run of the driver that watches itself, and its resumption."""

from harness.performance import __main__ as command
from harness.performance import endurance


def test_a_watched_driver_tells_its_memory_its_descriptors_and_how_soon_it_resumed(environments, monkeypatch, capsys):
    monkeypatch.setattr(endurance, "CASES", 3)
    monkeypatch.setattr(endurance, "RESUMED_TRIALS", 1)
    words = ["--trials", "6", "--every", "3", "--repetitions", "1", "--prepared", str(environments)]

    assert command.main(["endurance", *words]) == 0
    output = capsys.readouterr().out
    rows = [line.split(" | ") for line in output.splitlines() if line.startswith(("| 3 ", "| 6 "))]
    assert [row[0] for row in rows] == ["| 3", "| 6"]
    assert [row[3:5] for row in rows] == [["0", "0"]] * 2, "neither children nor zombies"
    assert len({row[2] for row in rows}) == 1, "as many descriptors"
    assert "Resumed, from the start of the driver to that of its first trial: " in output
