"""The first screen says what the numbers say, whatever was measured."""

from collections.abc import Iterable
from typing import Any

import pytest

from harness.analysis.results.decomposition import Decomposition
from harness.records import Contrast, Experiment
from harness.report.sentences.first_screen import conclusions
from tests.builders import ARMS, Spot, a_side, a_time, a_workload, an_experiment
from tests.report.built_results import between, built_results, of_first_workload, side

FREE: Spot = ("3.13t", "threads", 2)
TWIN: Spot = ("3.13t-gil", "threads", 2)
SIBLING: Spot = ("3.13", "threads", 2)
OLD: Spot = ("3.12", "threads", 2)
PROCESSES: Spot = ("3.13", "processes", 2)


def serial(arm: str) -> Spot:
    return arm, "serial", 1


GAIN = between(FREE, TWIN, 1.9, 1.85, 1.95)
EVEN = between(FREE, SIBLING, 0.97, 0.94, 1.0)
CROSS = between(FREE, PROCESSES, 0.5, 0.49, 0.51, primary=False)
COST = between(serial("3.13t"), serial("3.13"), 0.51, 0.5, 0.52)


def sentences(contrasts: Iterable[Contrast], experiment: Experiment | None = None, **fields: Any) -> tuple[str, ...]:
    results = built_results(experiment, contrasts=contrasts, **fields)
    return conclusions(of_first_workload(results))


def first(*contrasts: Contrast, **fields: Any) -> str:
    return sentences(contrasts, **fields)[0]


def test_the_model_sentence() -> None:
    assert first(GAIN, EVEN, CROSS, COST) == (
        "With 2 workers, threads run fib 1.90× faster on 3.13t than on the same build with its GIL on [1.85, 1.95]; "
        "this just makes up for the slower build: not shown to differ from 3.13's threads (0.97 [0.94, 1.00]) and "
        "2.00× slower than 3.13's processes (0.50× [0.49, 0.51])."
    )


def test_where_it_was_taken_apart_the_tax_stands_between_gain_and_net() -> None:
    tax = between(("3.13t-gil", "threads", 2), SIBLING, 0.51, 0.5, 0.52)
    factors = Decomposition(case=GAIN.subject.case, tax=tax, gain=GAIN, net=EVEN)

    assert "; this just makes up for the slower build (build tax 0.51 [0.50, 0.52]): not shown" in first(
        GAIN, EVEN, CROSS, COST, decompositions=(factors,)
    )


def test_a_gain_that_does_not_pay_for_the_build() -> None:
    assert first(GAIN, between(FREE, SIBLING, 0.6, 0.55, 0.65), COST).endswith(
        "; this does not make up for the slower build: 1.67× slower than 3.13's threads (0.60× [0.55, 0.65])."
    )


@pytest.mark.parametrize(
    ("gain", "cost"),
    [
        (between(FREE, TWIN, 1.0, 0.9, 1.1), COST),
        (between(FREE, TWIN, 0.8, 0.7, 0.9), COST),
        (between(FREE, TWIN, 1.9, None, None), COST),
        (GAIN, between(serial("3.13t"), serial("3.13"), 1.0, 0.95, 1.05)),
        (GAIN, between(serial("3.13t"), serial("3.13"), 1.2, 1.15, 1.25)),
    ],
)
def test_nothing_pays_for_a_slower_build_unless_there_are_a_gain_and_a_slower_build(
    gain: Contrast, cost: Contrast
) -> None:
    sentence = first(gain, between(FREE, SIBLING, 0.6, 0.55, 0.65), CROSS, cost)

    assert sentence.endswith(
        "; that is 1.67× slower than 3.13's threads (0.60× [0.55, 0.65]) and 2.00× slower than 3.13's processes "
        "(0.50× [0.49, 0.51])."
    )


def test_without_a_difference_none_is_claimed() -> None:
    assert first(between(FREE, TWIN, 1.01, 0.97, 1.05)) == (
        "With 2 workers, threads run fib with no difference shown between 3.13t and the same build with its GIL on "
        "(1.01 [0.97, 1.05])."
    )


def test_one_block_gives_ratios_that_say_that_they_have_no_interval() -> None:
    assert first(between(FREE, TWIN, 1.9, None, None)) == (
        "With 2 workers, threads run fib 1.90 times as fast on 3.13t as on the same build with its GIL on "
        "(1 block, no interval)."
    )


def test_without_the_gil_arm_the_sibling_takes_its_place() -> None:
    experiment = an_experiment(arms=("3.12", "3.13", "3.13t"))

    assert first(EVEN, CROSS, COST, experiment=experiment) == (
        "With 2 workers, threads run fib with no difference shown between 3.13t and 3.13 (0.97 [0.94, 1.00]); "
        "that is 2.00× slower than 3.13's processes (0.50× [0.49, 0.51])."
    )


def test_every_mode_is_set_against_serial_and_processes_in_every_arm() -> None:
    contrasts = [
        between(FREE, serial("3.13t"), 1.95, 1.9, 2.0, primary=False),
        between(SIBLING, serial("3.13"), 0.99, 0.97, 1.01, primary=False),
        between(OLD, serial("3.12"), 0.98, 0.96, 1.0, primary=False),
        between(FREE, ("3.13t", "processes", 2), 1.05, 1.02, 1.08),
        between(SIBLING, PROCESSES, 0.52, 0.5, 0.54),
        COST,
    ]

    assert sentences(contrasts) == (
        "With 2 workers, threads compared with serial under the same arm: faster on 3.13t (1.95 [1.90, 2.00]); "
        "no speed-up above 10 % on 3.12 (0.98 [0.96, 1.00]) and 3.13 (0.99 [0.97, 1.01]).",
        "With 2 workers, threads compared with processes under the same arm: faster on 3.13t (1.05 [1.02, 1.08]); "
        "slower on 3.13 by 1.92× (0.52 [0.50, 0.54]).",
        "Serial fib runs 1.96× slower on 3.13t than on 3.13 (0.51× [0.50, 0.52]).",
    )


def test_without_a_sibling_the_cost_is_against_the_same_build_with_its_gil_on() -> None:
    experiment = an_experiment(arms=("3.13t-gil", "3.13t"), cases=[("serial", 1)])
    contrast = between(serial("3.13t"), serial("3.13t-gil"), 0.95, 0.93, 0.97)

    assert sentences([contrast], experiment) == (
        "Serial fib runs 1.05× slower on 3.13t than on the same build with its GIL on (0.95× [0.93, 0.97]).",
    )


def test_processes_take_the_place_of_threads_that_were_not_measured() -> None:
    experiment = an_experiment(cases=[("serial", 1), ("processes", 2)])
    contrast = between(("3.13t", "processes", 2), PROCESSES, 0.5, 0.49, 0.51)

    assert first(contrast, experiment=experiment) == (
        "With 2 workers, processes run fib 2.00× slower on 3.13t than on 3.13 (0.50× [0.49, 0.51])."
    )


def test_asyncio_is_singular() -> None:
    experiment = an_experiment(cases=[("serial", 1), ("asyncio", 2)])
    contrast = between(("3.13t", "asyncio", 2), ("3.13", "asyncio", 2), 0.5, 0.49, 0.51)

    assert first(contrast, experiment=experiment).startswith("With 2 workers, asyncio runs fib 2.00× slower")


def test_more_workers_than_cpus_are_named() -> None:
    experiment = an_experiment(usable_cpus=1, cases=[("threads", 2)])

    assert first(GAIN, experiment=experiment).startswith("With 2 workers on 1 usable CPU, threads run fib")


def test_a_second_free_threaded_arm_has_its_own_sentences() -> None:
    experiment = an_experiment(arms=(*ARMS, "3.14", "3.14t"))
    other = between(("3.14t", "threads", 2), ("3.14", "threads", 2), 1.8, 1.7, 1.9)

    assert sentences([GAIN, other], experiment) == (
        "With 2 workers, threads run fib 1.90× faster on 3.13t than on the same build with its GIL on [1.85, 1.95].",
        "With 2 workers, threads run fib 1.80× faster on 3.14t than on 3.14 [1.70, 1.90].",
    )


def test_one_arm_in_one_mode_has_a_time_and_nothing_to_compare_it_with() -> None:
    experiment = an_experiment(arms=("3.13",), cases=[("serial", 1)])
    times = [a_time(a_side("3.13", "serial", 1), 0.2)]

    assert sentences([], experiment, times=times) == (
        "fib: serial on 3.13 takes 200 ms [198, 202].",
        "There is nothing to compare this with.",
    )


def test_of_many_times_without_a_contrast_the_first_are_shown() -> None:
    experiment = an_experiment(arms=("3.13",))

    assert sentences([], experiment)[0] == (
        "fib: serial on 3.13 takes 200 ms [198, 202]; threads 1 on 3.13 takes 200 ms [198, 202]; "
        "threads 2 on 3.13 takes 200 ms [198, 202]; processes 1 on 3.13 takes 200 ms [198, 202] and 1 more."
    )


def test_a_workload_without_a_usable_trial_has_no_numbers() -> None:
    assert sentences([], times=()) == ("No trial of fib was usable, so it has no results.",)


def test_the_times_of_another_workload_do_not_count() -> None:
    times = [a_time(side(FREE, "other"))]

    assert sentences([], times=times)[0].startswith("No trial of fib was usable")


def test_names_from_outside_are_made_safe_for_where_they_go() -> None:
    experiment = an_experiment(workloads=[a_workload("<b>|x")], arms=("3.13",), cases=[("serial", 1)])
    times = [a_time(side(serial("3.13"), "<b>|x"))]

    assert sentences([], experiment, times=times)[0].startswith(r"\<b\>\|x: serial on 3.13")
