"""Which mode took the shortest time: ratios without a verdict, next to the orders that others published."""

from collections.abc import Sequence
from typing import Any

import pytest

from harness.records import Choice, Experiment, Time, Workload
from harness.report.sections.which_mode import decision_table, published_orders
from tests.builders import a_choice, a_contrast, a_side, a_time, a_workload, an_experiment, settings
from tests.report.built_results import built_results, texts

ONE_ARM = an_experiment(("3.13",))
CASES: tuple[tuple[str, int], ...] = (("serial", 1), ("threads", 2), ("processes", 2), ("asyncio", 20))


def cell(*choices: Choice, **fields: Any) -> str:
    (row,) = texts(decision_table(built_results(ONE_ARM, choices=choices, **fields)))
    return row[1]


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        (a_choice(), "threads 20, then processes 20 (1.35 [1.30, 1.41])"),
        (
            a_choice(("threads", 20), ("asyncio", 20), 1.02, 0.99, 1.05),
            "threads 20, then asyncio 20 (1.02 [0.99, 1.05])",
        ),
        (
            a_choice(("processes", 2), ("serial", 1), 1.35, None, None),
            "processes 2, then serial (1.35, 1 block, no interval)",
        ),
        (
            a_choice(ratio=0.95, low=0.92, high=0.98),
            "threads 20, then processes 20 (0.95 [0.92, 0.98])",
        ),
        (a_choice(ratio=None, low=None, high=None), "threads 20, then processes 20 (no block has both)"),
    ],
)
def test_a_cell_has_a_ratio_and_no_verdict(choice: Choice, words: str) -> None:
    assert cell(choice) == words


def test_a_cell_names_the_libraries_that_the_workload_names() -> None:
    download = a_workload(bound="io", library="requests", async_library="aiohttp")
    results = built_results(
        an_experiment(("3.13",), workloads=[download]), choices=[a_choice(("asyncio", 20), ("threads", 20))]
    )

    assert texts(decision_table(results))[0][1] == (
        "aiohttp in asyncio 20, then requests in threads 20 (1.35 [1.30, 1.41])"
    )


def test_a_mode_that_was_measured_alone_is_not_compared() -> None:
    alone = a_choice(next_best=None, ratio=None, low=None, high=None)
    table = decision_table(built_results(an_experiment(("3.12", "3.13")), choices=[alone, a_choice(arm="3.12")]))

    assert texts(table)[0][2] == "threads 20, only mode measured"
    assert not decision_table(built_results(ONE_ARM, choices=[alone]))


def test_a_choice_from_too_few_blocks_is_marked_unless_the_whole_run_is_provisional() -> None:
    few, sound = a_choice(provisional=True), [a_contrast()]

    assert cell(few, contrasts=sound).endswith("[1.30, 1.41]), provisional")
    assert cell(few, contrasts=[a_contrast(provisional=True)]).endswith("[1.30, 1.41])")
    assert not cell(a_choice(), contrasts=sound).endswith("provisional")


def test_cpu_bound_work_stands_first_and_workloads_of_one_kind_are_named() -> None:
    workloads = [a_workload("a|b", bound="io"), a_workload("fib"), a_workload("tree")]
    choices = [a_choice(workload=workload.name) for workload in workloads]

    table = decision_table(built_results(an_experiment(("3.13",), workloads=workloads), choices=choices))
    both_io = [a_workload("a|b", bound="io"), a_workload("c", bound="io")]
    other = decision_table(built_results(an_experiment(("3.13",), workloads=both_io), choices=choices[:1]))

    assert table.header == ("", "3.13")
    assert [row[0] for row in texts(table)] == ["CPU-bound: fib", "CPU-bound: tree", "I/O-bound"]
    assert [row[0] for row in texts(other)] == [r"I/O-bound: a\|b"]


def test_an_arm_without_a_choice_has_a_dash() -> None:
    table = decision_table(built_results(an_experiment(("3.12", "3.13")), choices=[a_choice()]))

    assert texts(table)[0][1] == "–"


def here(
    choices: Sequence[Choice],
    arms: Sequence[str],
    workload: Workload,
    cases: Sequence[tuple[str, int]] = CASES,
) -> str:
    experiment = an_experiment(arms, cases, workloads=[workload])
    (said,) = published_orders(built_results(experiment, choices=choices, times=times(experiment)))
    return said.partition(" Here, ")[2]


def times(experiment: Experiment) -> list[Time]:
    return [a_time(planned.case.under(arm.label)) for planned in experiment.cases for arm in experiment.arms]


def test_ours_are_named_arm_by_arm() -> None:
    choices = [
        a_choice(("asyncio", 20), ("threads", 2), arm="3.12", workload="download"),
        a_choice(("asyncio", 20), ("threads", 2), arm="3.13", workload="download"),
        a_choice(("threads", 2), ("asyncio", 20), arm="3.13t", workload="download"),
        a_choice(("threads", 2), ("asyncio", 20), 1.01, 0.98, 1.04, arm="3.13t-gil", workload="download"),
    ]
    arms = ("3.12", "3.13", "3.13t-gil", "3.13t")

    assert here(choices, arms, a_workload("download", bound="io")) == (
        "by mean time: download: asyncio 20 under 3.12 and 3.13; threads 2 under 3.13t and 3.13t-gil."
    )


@pytest.mark.parametrize(
    ("cases", "choice", "ours"),
    [
        (
            [("serial", 1), ("threads", 2)],
            a_choice(("threads", 2), ("serial", 1)),
            "threads 2 under 3.13 (processes not measured)",
        ),
        ([("processes", 2)], a_choice(("processes", 2), None, None, None, None), "processes 2 under 3.13"),
    ],
)
def test_a_mode_that_is_missing_here_is_named(cases: list[tuple[str, int]], choice: Choice, ours: str) -> None:
    assert here([choice], ("3.13",), a_workload(), cases) == f"by mean time: fib: {ours}."


def test_the_published_times_say_where_they_come_from_and_that_they_have_no_intervals() -> None:
    workloads = [a_workload(), a_workload("download", bound="io")]
    choices = [a_choice(), a_choice(workload="download")]
    results = built_results(an_experiment(("3.13",), CASES, workloads), choices=choices)

    cpu, io = published_orders(results)

    assert cpu.startswith(
        "Real Python's concurrency tutorial (four cores, GIL) ranks processes first for CPU-bound work (20 × fib(35); "
        "times, without intervals: serial 35.36 s, threads 5 39.86 s, processes 10.02 s). Here, by mean time: fib: "
    )
    assert io.startswith(
        "Real Python's concurrency tutorial (four cores, GIL) ranks asyncio first for I/O-bound work (160 downloads; "
        "times, without intervals: serial 14.29 s, threads 5 3.19 s, asyncio all at once 0.491 s, "
        "processes 3.43 s). Here, by mean time: download: "
    )


def test_nothing_is_quoted_about_work_that_was_not_measured() -> None:
    assert published_orders(built_results(times=[a_time(a_side())])) == ()


def test_a_quick_run_marks_no_cell_because_its_first_line_does() -> None:
    quick = an_experiment(("3.13",), settings=settings(profile="quick"))
    choice = a_choice(provisional=True)

    assert texts(decision_table(built_results(quick, choices=[choice])))[0][1].endswith("[1.30, 1.41])")
