"""The picture shows what the table says, on a panel of its own."""

import xml.etree.ElementTree as ET
from pathlib import Path

from harness.report.pictures.drawings import write_pictures
from harness.report.pictures.times import cut, picture_rows, times_picture
from harness.report.pictures.vega import COLOURS, Row
from tests.builders import Spot, a_time, a_workload, an_arm, an_experiment
from tests.report.built_results import between, built_results, side

SPOT: Spot = ("3.13t", "threads", 2)
SERIAL: Spot = ("3.13t", "serial", 1)
TWO_CASES = an_experiment(("3.13t",), [("serial", 1), ("threads", 2)])
SPEED_UP = between(SPOT, SERIAL, 1.9, 1.85, 1.95, primary=False)


def texts(path: Path) -> list[str]:
    return [element.text for element in ET.parse(path).iter("{http://www.w3.org/2000/svg}text") if element.text]


def test_a_row_has_the_time_in_its_unit_and_the_speed_up_with_their_bounds() -> None:
    times = [a_time(side(SERIAL), 0.2), a_time(side(SPOT), 0.1, None)]

    rows = picture_rows(built_results(TWO_CASES, times=times, contrasts=[SPEED_UP]), "fib", 1e-3, "ms")

    nothing = {"ratio": None, "ratio_low": None, "ratio_high": None, "ratio_text": "–"}
    assert rows == [
        {
            "case": "serial",
            "arm": "3.13t",
            "time": 200,
            "time_low": 198,
            "time_high": 202,
            "mode": "serial",
            "time_text": "200 ms [198, 202]",
            "blocks": 10,
            **nothing,
        },
        {
            "case": "threads 2",
            "arm": "3.13t",
            "time": 100,
            "time_low": None,
            "time_high": None,
            "ratio": 1.9,
            "ratio_low": 1.85,
            "ratio_high": 1.95,
            "mode": "threads",
            "time_text": "100 ms (1 block, no interval)",
            "ratio_text": "1.90× [1.85, 1.95]",
            "blocks": 1,
        },
    ]


def test_the_picture_names_cases_arms_units_and_what_is_good(tmp_path: Path) -> None:
    write_pictures(built_results(TWO_CASES, contrasts=[SPEED_UP]), tmp_path)

    assert {
        "serial",
        "threads 2",
        "3.13t",
        "fib: time for 16 jobs",
        "ms (less is better)",
        "compared with serial on the same arm",
        "ratio to serial (above 1: less time)",
        "1 by definition",
    } <= set(texts(tmp_path / "fib.svg"))


def test_the_picture_stands_on_white_so_that_it_is_readable_on_dark(tmp_path: Path) -> None:
    write_pictures(built_results(TWO_CASES, contrasts=[SPEED_UP]), tmp_path)

    drawn = ET.parse(tmp_path / "fib.svg").getroot()
    panel = next(drawn.iter("{http://www.w3.org/2000/svg}rect"))
    assert panel.get("fill") == "#FFFFFF"
    assert (panel.get("width"), panel.get("height")) == (drawn.get("width"), drawn.get("height"))


def test_time_starts_at_zero_and_each_arm_has_its_colour_in_the_arms_order() -> None:
    experiment = an_experiment(("3.13", "3.13t"), [("serial", 1)])

    drawn = times_picture(built_results(experiment), experiment.workloads[0])
    assert drawn is not None

    bars = drawn["hconcat"][0]["layer"][0]["encoding"]
    assert bars["x"]["scale"]["zero"] is True
    assert bars["color"]["scale"] == {"domain": ["3.13", "3.13t"], "range": list(COLOURS[:2])}


def test_without_a_serial_case_there_are_times_only() -> None:
    experiment = an_experiment(("3.13",), [("threads", 2)])

    drawn = times_picture(built_results(experiment), experiment.workloads[0])

    assert drawn is not None
    assert len(drawn["hconcat"]) == 1


def test_more_arms_than_colours_can_still_be_drawn() -> None:
    experiment = an_experiment([an_arm(f"arm {number}") for number in range(11)], [("serial", 1)])

    drawn = times_picture(built_results(experiment), experiment.workloads[0])
    assert drawn is not None

    assert len(drawn["hconcat"][0]["layer"][0]["encoding"]["color"]["scale"]["range"]) == 11


def test_the_same_results_give_the_same_file(tmp_path: Path) -> None:
    results = built_results(TWO_CASES, contrasts=[SPEED_UP])
    write_pictures(results, tmp_path)
    before = (tmp_path / "fib.svg").read_bytes()

    write_pictures(results, tmp_path)

    assert (tmp_path / "fib.svg").read_bytes() == before


def test_a_workload_without_times_has_no_picture_and_loses_an_old_one(tmp_path: Path) -> None:
    (tmp_path / "fib.svg").write_text("old")

    write_pictures(built_results(times=()), tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_names_from_outside_are_text_in_the_picture_and_no_path(tmp_path: Path) -> None:
    run = tmp_path / "a" / "b"
    run.mkdir(parents=True)
    name, label = "../<script>\n&", "t</svg>\"'"
    experiment = an_experiment([an_arm(label)], [("serial", 1)], workloads=[a_workload(name)])
    times = [a_time(side((label, "serial", 1), name))]

    write_pictures(built_results(experiment, times=times), run)

    (drawn,) = tmp_path.rglob("*.svg")
    assert drawn == run / "script.svg"
    assert "../<script> &: time for 16 jobs" in texts(drawn)
    assert label in texts(drawn)


def row(case: str, time: float, low: float | None, high: float | None) -> Row:
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

    assert "1100 ms [1089, 1111], bar cut here" in texts(tmp_path / "fib.svg")
