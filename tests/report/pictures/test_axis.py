"""A serial case that takes many times longer is cut, says its time, and leaves the others room."""

import xml.etree.ElementTree as ET
from pathlib import Path

from harness.report.pictures.axis import cut
from harness.report.pictures.drawings import write_pictures
from tests.builders import a_time, an_experiment
from tests.report.built_results import built_results, side


def row(case, time, low, high):
    return {"case": case, "arm": "3.13", "time": time, "time_low": low, "time_high": high}


QUICK = row("threads 2", 100.0, 90.0, 110.0)


def test_a_far_longer_serial_ends_where_the_axis_does_and_has_its_interval_in_words() -> None:
    rows, end = cut([row("serial", 1100.0, 1090.0, 1120.0), QUICK], ("serial",), "ms")

    assert end == 1.1 * 110.0
    assert rows == [
        {
            **row("serial", 1100.0, None, None),
            "drawn": end,
            "beyond": "1100 ms [1090, 1120], bar cut here",
        },
        {**QUICK, "drawn": 100.0, "beyond": None},
    ]


def test_one_block_is_said_to_have_no_interval() -> None:
    rows, _ = cut([row("serial", 11.0, None, None), row("threads 2", 1.0, None, None)], ("serial",), "s")

    assert rows[0]["beyond"] == "11.0 s no interval, bar cut here"


def test_nothing_is_cut_where_all_bars_can_be_read() -> None:
    twice = row("serial", 200.0, 190.0, 220.0)

    assert cut([twice, QUICK], ("serial",), "ms") == (
        [{**twice, "drawn": 200.0, "beyond": None}, {**QUICK, "drawn": 100.0, "beyond": None}],
        None,
    )


def test_only_serial_is_ever_cut() -> None:
    rows = [row("serial", 1.0, None, None), row("processes 20", 90.0, None, None), row("threads 2", 1.0, None, None)]

    assert cut(rows, ("serial",), "ms")[1] is None
    assert cut([row("serial", 90.0, None, None)], ("serial",), "ms")[1] is None


def test_the_picture_says_the_time_of_a_bar_that_is_cut(tmp_path: Path) -> None:
    experiment = an_experiment(("3.13",), [("serial", 1), ("threads", 2)])
    times = [a_time(side(("3.13", "serial", 1)), 1.1), a_time(side(("3.13", "threads", 2)), 0.1)]

    write_pictures(built_results(experiment, times=times), tmp_path)

    drawn = ET.parse(tmp_path / "fib.svg").iter("{http://www.w3.org/2000/svg}text")
    assert "1100 ms [1089, 1111], bar cut here" in {element.text for element in drawn}
