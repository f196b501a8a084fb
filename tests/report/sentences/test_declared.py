"""The sentences about a workload are its primaries, each with its verdict."""

from collections.abc import Iterable
from typing import Any

from harness.records import Contrast, Experiment
from harness.report.sentences.first_screen import conclusions
from tests.builders import Spot, a_side, a_time, a_workload, an_experiment
from tests.report.built_results import between, built_results, of_first_workload, side

FREE: Spot = ("3.13t", "threads", 2)
TWIN: Spot = ("3.13t-gil", "threads", 2)
SIBLING: Spot = ("3.13", "threads", 2)
PROCESSES: Spot = ("3.13", "processes", 2)


def serial(arm: str) -> Spot:
    return arm, "serial", 1


COST = between(serial("3.13t"), serial("3.13"), 0.51, 0.5, 0.52, verdict="slower")
GAIN = between(FREE, TWIN, 1.9, 1.85, 1.95, verdict="faster")
NET = between(FREE, SIBLING, 0.97, 0.94, 1.0, verdict="undecided")
CROSS = between(FREE, PROCESSES, 1.0, 0.99, 1.01, verdict="equivalent")
OTHER = between(FREE, serial("3.13t"), 1.9, 1.85, 1.95, primary=False)


def sentences(contrasts: Iterable[Contrast], experiment: Experiment | None = None, **fields: Any) -> tuple[str, ...]:
    results = built_results(experiment, contrasts=contrasts, **fields)
    return conclusions(of_first_workload(results))


def test_each_subject_has_a_sentence_the_main_case_first_and_what_was_not_declared_has_none() -> None:
    within = between(FREE, ("3.13t", "processes", 2), 1.05, 1.02, 1.08, verdict="faster")

    assert sentences([COST, GAIN, NET, CROSS, within, OTHER]) == (
        "fib on 3.13t, threads 2: 1.90× faster than 3.13t-gil [1.85, 1.95]; undecided against 3.13 (0.97 [0.94, 1.00]); "
        "equivalent to processes 2 on 3.13 (1.00 [0.99, 1.01]); 1.05× faster than processes 2 [1.02, 1.08].",
        "fib on 3.13t, serial: 1.96× slower than 3.13 (0.51× [0.50, 0.52]).",
    )


def test_a_provisional_contrast_has_a_ratio_and_no_verdict_yet() -> None:
    first = between(FREE, TWIN, 1.9, 1.85, 1.95, provisional=True)

    assert sentences([first, between(FREE, SIBLING, 1.9, None, None)]) == (
        "fib on 3.13t, threads 2: ratio 1.90 to 3.13t-gil [1.85, 1.95], no verdict yet; "
        "ratio 1.90 to 3.13 (1 block, no interval), no verdict yet.",
    )


def test_the_library_of_a_side_is_named_and_that_of_its_baseline_where_it_is_another_one() -> None:
    workload = a_workload(library="requests", async_library="aiohttp")
    experiment = an_experiment(cases=[("threads", 2), ("processes", 2), ("asyncio", 2)], workloads=[workload])
    processes = between(FREE, ("3.13t", "processes", 2), 1.05, 1.02, 1.08, verdict="faster")
    asyncio = between(FREE, ("3.13t", "asyncio", 2), 1.0, 0.99, 1.01, verdict="equivalent")

    assert sentences([processes, asyncio], experiment) == (
        "fib on 3.13t, requests in threads 2: 1.05× faster than processes 2 [1.02, 1.08]; "
        "equivalent to aiohttp in asyncio 2 (1.00 [0.99, 1.01]).",
    )


def test_more_declared_contrasts_than_the_first_screen_holds_are_counted() -> None:
    arms = [f"3.{minor}" for minor in range(20, 28)]
    many = [between((arm, "threads", 2), (arm, "processes", 2), 1.0, 0.99, 1.01) for arm in arms]

    assert len(sentences(many)) == 7
    assert sentences(many)[-1] == "2 more contrasts of fib were declared: see its tables."


def test_without_a_primary_there_are_times_and_no_verdict() -> None:
    experiment = an_experiment(arms=("3.13",), cases=[("serial", 1)])

    assert sentences([], experiment, times=[a_time(a_side("3.13", "serial", 1), 0.2)]) == (
        "fib: serial on 3.13 takes 200 ms [198, 202].",
        "No contrast of it was declared and measured, so it has no verdict.",
    )


def test_of_many_times_without_a_primary_the_first_are_shown() -> None:
    assert sentences([], an_experiment(arms=("3.13",)))[0] == (
        "fib: serial on 3.13 takes 200 ms [198, 202]; threads 1 on 3.13 takes 200 ms [198, 202]; "
        "threads 2 on 3.13 takes 200 ms [198, 202]; processes 1 on 3.13 takes 200 ms [198, 202] and 1 more."
    )


def test_a_workload_without_a_usable_trial_has_no_numbers() -> None:
    assert sentences([], times=()) == ("No trial of fib was usable, so it has no results.",)


def test_the_times_of_another_workload_do_not_count() -> None:
    assert sentences([], times=[a_time(side(FREE, "other"))])[0].startswith("No trial of fib was usable")


def test_names_from_outside_are_made_safe_for_where_they_go() -> None:
    experiment = an_experiment(workloads=[a_workload("<b>|x")], arms=("3.13",), cases=[("serial", 1)])
    times = [a_time(side(serial("3.13"), "<b>|x"))]

    assert sentences([], experiment, times=times)[0].startswith(r"\<b\>\|x: serial on 3.13")
