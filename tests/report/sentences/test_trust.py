"""What the report says of the run's own noise, its canaries and its repetitions."""

from typing import Any

from harness.records import Case, Noise
from harness.report.sentences.trust import NO_CONTROL, adjustment_line, canary_line, disturbed_table, noise_line
from tests.builders import a_contrast, a_trial, a_value, an_experiment
from tests.disturbed import slow, watched, with_control
from tests.report.built_results import built_results, texts

ARMS = ("3.13", "3.13t")
CASES: tuple[tuple[str, int], ...] = (("serial", 1), ("threads", 2))
EXPERIMENT = with_control(an_experiment(ARMS, CASES))


def noise_of(**fields: Any) -> str:
    plain = {"contrasts": 7, "wrong": 0, "allowed": 1}
    line = noise_line(built_results(EXPERIMENT, noise=Noise(**{**plain, **fields})))
    assert line is not None
    return line


def test_the_noise_line_says_how_often_the_control_differs_and_claims_no_floor() -> None:
    assert noise_of() == (
        "A/A control: 3.13t was measured a second time under another label. 0 of 7 contrasts with itself differ from "
        "1; chance allows 1. So few contrasts give no noise floor, and none is claimed."
    )
    assert "1 of 7 contrasts with itself differs from 1; chance allows 1." in noise_of(wrong=1)
    assert "3 of 20 contrasts with itself differ from 1; chance allows 3." in noise_of(contrasts=20, wrong=3, allowed=3)


def test_without_a_control_verdicts_are_qualified_and_without_verdicts_nothing_is_said() -> None:
    assert noise_line(built_results(contrasts=[a_contrast(verdict="faster")])) == NO_CONTROL
    assert noise_line(built_results(contrasts=[a_contrast(provisional=True)])) is None


def test_canaries_are_named_with_what_they_take_and_cost() -> None:
    two = (a_value(), a_value())
    trials = [
        watched(a_trial(values=two, elapsed_seconds=0.6), 0.002, 0.002, 0.002),
        watched(a_trial("3.13t", "threads", 2, elapsed_seconds=0.4), 0.003, 0.003, kind="zlib 1.3.1, 2 threads"),
    ]

    # Here each cost twice what is read from it: 12 ms and 12 ms of a second.
    assert canary_line(built_results(EXPERIMENT, usable=trials)) == (
        "A canary runs before and after every value. In the machine's fast state canaries take: zlib 1.3.1 2.00 ms, "
        "zlib 1.3.1, 2 threads 3.00 ms. They used 2.4 % of the time of 2 trials. A value is marked when one of its "
        "canaries took at least 1.2 times as long, or when other processes used the CPUs; it counts all the same."
    )


def test_adjusted_cases_are_named_with_their_coefficients() -> None:
    serial, threads = Case(workload="fib", mode="serial", workers=1), Case(workload="fib", mode="threads", workers=2)

    def line(*coefficients: float) -> str | None:
        both = dict(zip((serial, threads), coefficients, strict=True))
        return adjustment_line(built_results(EXPERIMENT, usable=[watched(a_trial())], coefficients=both))

    assert line(0.0, 0.714) == (
        "The ratios of 1 case are adjusted by their canaries, with these coefficients: fib/threads/2 0.71. A coefficient "
        "of 1 takes off as much as the canaries took longer; those of the other 1 are 0. Times are never adjusted."
    )
    assert line(0.0, 0.0) == "No case follows its canaries, so no ratio is adjusted by them."
    assert adjustment_line(built_results(EXPERIMENT, usable=[a_trial()], coefficients={serial: 0.0})) is None


def test_a_run_without_canaries_says_so() -> None:
    results = built_results(EXPERIMENT, usable=[a_trial()])

    assert canary_line(results) == "The run has no canaries, so the machine's states are unknown."
    assert not disturbed_table(results)


def test_the_table_counts_marks_per_arm_the_control_s_too() -> None:
    two = (a_value(), a_value())
    trials = [
        *(watched(a_trial("3.13", block=block, values=two)) for block in range(1, 10)),
        slow(a_trial("3.13", block=10, values=two)),
        watched(a_trial("3.13t"), other_cpu_seconds=1.0),
        watched(a_trial("3.13t", block=2)),
        watched(a_trial("3.13t-control")),
    ]

    table = disturbed_table(built_results(EXPERIMENT, usable=trials))

    assert table.header == ("arm", "trials", "values", "marked")
    assert texts(table) == (
        ("3.13", "10", "20", "2 (10 %)"),
        ("3.13t", "2", "2", "1 (50 %)"),
        ("3.13t-control", "1", "1", "0 (0 %)"),
    )
