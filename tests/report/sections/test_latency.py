"""What the report says of a service, from latencies that are known."""

from typing import Any

from harness.records import Mode, Side
from harness.report.pictures.latency import latency_picture, line
from harness.report.results import Results
from harness.report.sections.latency import latency_contrasts_part, latency_part, latency_sentences
from harness.report.sections.which_mode import decision_table
from harness.report.text.file_names import picture_names
from tests.builders import Spot, a_choice, a_side, a_time, a_trial, a_workload, an_experiment, seen_by_load
from tests.report.built_results import between, built_results, present, texts

CASES: tuple[tuple[str, int], ...] = (("serial", 1), ("threads", 2), ("processes", 2))
SERVICE = a_workload(clients=4, jobs=64)
EXPERIMENT = an_experiment(("3.13", "3.13t"), CASES, [SERVICE])
P99: dict[tuple[str, Mode], float] = {
    ("3.13", "serial"): 180,
    ("3.13", "threads"): 12,
    ("3.13", "processes"): 3,
    ("3.13t", "serial"): 190,
    ("3.13t", "threads"): 2,
    ("3.13t", "processes"): 4,
}


def side(arm: str, mode: Mode) -> Side:
    return a_side(arm, mode, 1 if mode == "serial" else 2)


def results(**fields: Any) -> Results:
    latencies = [
        a_time(side(arm, mode), 1e-3 * milliseconds * share, 0.1, span=span)
        for (arm, mode), milliseconds in P99.items()
        for span, share in (
            ("ping p50", 0.5),
            ("ping p99", 1),
            ("ping p50 from sending", 0.4),
            ("ping p99 from sending", 0.9),
        )
    ]
    threads: Spot = ("3.13t", "threads", 2)
    other: Spot = ("3.13", "threads", 2)
    contrasts = [
        between(threads, other, 1.8, 1.7, 1.9),
        between(threads, ("3.13t", "serial", 1), 2.0, 1.9, 2.1, primary=False),
        *(
            between(threads, other, 6.0, 5.0, 7.0, span=span, primary=False, verdict=None)
            for span in ("ping p50", "ping p99")
        ),
    ]
    trial = seen_by_load(a_trial("3.13t", "threads", 2), [0.001, 0.002, 0.004], late_seconds=(0.0005, 0.0001, 0.0015))
    return built_results(EXPERIMENT, contrasts=contrasts, usable=[trial], latencies=tuple(latencies), **fields)


def test_the_first_sentence_says_how_long_pings_wait_in_each_mode_and_arm() -> None:
    assert latency_sentences(results(), SERVICE) == (
        "While 4 clients had fib compute, the p99 of a ping was, from when it was due, on 3.13, 180 ms [162, 198] inside the event loop, "
        "12.0 ms [10.8, 13.2] with threads 2 and 3.00 ms [2.70, 3.30] with processes 2; on 3.13t, 190 ms [171, 209] "
        "inside the event loop, 2.00 ms [1.80, 2.20] with threads 2 and 4.00 ms [3.60, 4.40] with processes 2.",
    )


def test_the_table_has_throughput_and_latency_of_each_case_and_arm() -> None:
    table = present(present(latency_part(results(), SERVICE)).table)

    assert table.header == (
        "",
        "arm",
        "computes per second",
        "× serial",
        "ping p50, ms",
        "ping p99, ms",
        "ping p50 from sending, ms",
        "ping p99 from sending, ms",
        "sent late by, ms",
        "pings",
    )
    assert len(present(table).rows) == 6
    assert texts(table)[3] == (
        "threads 2",
        "3.13t",
        "320 [317, 323]",
        "2.00 [1.90, 2.10]",
        "1.00 [0.90, 1.10]",
        "2.00 [1.80, 2.20]",
        "0.800 [0.720, 0.880]",
        "1.80 [1.62, 1.98]",
        "0.5 / 1.5",
        "3",
    )


def test_how_the_latencies_were_taken_is_said_with_how_many_there_are() -> None:
    (paragraph,) = present(latency_part(results(), SERVICE)).paragraphs

    assert paragraph.startswith("4 clients send 64 computes; ")
    assert "Fewer than 1,000 pings: no p99." in paragraph


def test_contrasts_of_latencies_stand_beside_each_other() -> None:
    part = present(latency_contrasts_part(results(), SERVICE))

    assert texts(part.table) == (
        ("threads 2 on 3.13t", "threads 2 on 3.13", "6.00 [5.00, 7.00]", "6.00 [5.00, 7.00]", "–", "–", "10"),
    )


def test_what_is_no_service_has_none_of_this() -> None:
    plain = built_results()
    workload = plain.experiment.workloads[0]

    assert latency_part(plain, workload) is None
    assert latency_contrasts_part(plain, workload) is None
    assert latency_sentences(plain, workload) == ()
    assert latency_picture(plain, workload) is None


def test_a_line_of_the_picture_says_which_share_took_longer() -> None:
    assert line([0.004, 0.001, 0.002, 0.003]) == [(0.001, 1.0), (0.002, 0.75), (0.003, 0.5), (0.004, 0.25)]
    assert line([]) == []


def test_what_is_chosen_for_a_service_is_chosen_by_its_throughput() -> None:
    chosen = a_choice(("threads", 2), ("processes", 2), arm="3.13t")

    assert texts(decision_table(results(choices=[chosen])))[0][0] == "CPU-bound, by throughput alone"


def test_the_picture_has_a_panel_for_each_case_with_logarithmic_axes() -> None:
    spec = present(latency_picture(results(), SERVICE))

    assert spec["facet"]["sort"] == ["serial", "threads 2", "processes 2"]
    assert [spec["spec"]["encoding"][axis]["scale"]["type"] for axis in "xy"] == ["log", "log"]
    assert [(row["ms"], row["share"]) for row in spec["data"]["values"]] == [(1.0, 1.0), (2.0, 2 / 3), (4.0, 1 / 3)]
    assert picture_names(EXPERIMENT, "latency") == {"fib": "fib-latency.svg"}
