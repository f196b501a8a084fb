"""The text of every table, from made-up measurements."""

from pathlib import Path
from typing import Any

import pytest

from harness.experiment.measure.sites import Sites, Source
from harness.experiment.measure.trial import Counts
from harness.experiment.process.worker_process import PreparedArm
from harness.records import Case
from harness.selftest.judging import Estimate
from harness.selftest.sessions import Measurement
from harness.selftest.subjects import Subject
from tests.builders import an_arm, settings
from tests.lab.tables import detection, false_positives, fidelity, overhead, scale, site, time_to_target
from tests.lab.tables.false_positives import ADJACENT, APART, Answers, Run
from tests.lab.tables.overhead import EMPTY, IMPORT, START, TRIAL, Driver
from tests.lab.tables.time_to_target import HARNESS, PYPERF, Course


def a_subject(workload: Any = "download", mode: Any = "asyncio", workers: Any = 20, arm: Any = "3.13t") -> Any:
    case = Case(workload=workload, mode=mode, workers=workers)
    source = Source(Path(f"{workload}.py"), Sites(()))
    counts = Counts(loops=1, values=2, warmups=1)
    return Subject(PreparedArm(an_arm(arm), Path("python"), arm), case, source, settings(), counts)


def test_time_to_target_shows_what_was_reached_and_extrapolates_what_was_not() -> None:
    courses = [
        Course("the question", HARNESS, 10, 42.0, [1.99, 2.0, 2.01, 2.0, 1.99, 2.01, 2.0, 2.0, 1.99, 2.01]),
        Course("the question", PYPERF, 3, 90.0, [1.8, 2.0, 2.2]),
    ]

    assert time_to_target.table(courses).splitlines()[2:] == [
        "| the question | this harness | 10 | 42 s | 2.000 [1.995, 2.005] | ±0.3 % | yes |",
        "| the question | pyperf, runs paired | 3 | 90 s | 1.995 [1.553, 2.558] | ±28.2 % | "
        "no; extrapolated from the sd of 0.100: 102 blocks, 51 min [15 min, 1950 min] |",
        "| the question | pyperf, one default run of each side | 1 | 30 s | – | ±54.0 % | "
        "no; its valid interval, from the sd of 0.100 between pairs |",
    ]
    assert time_to_target.states(courses)[1] == (
        "- the question; pyperf, runs paired: the machine was noisy (no canary; sd of the block log ratio 0.100)."
    )


def test_time_to_target_says_what_it_cannot_know_from_one_pair() -> None:
    assert time_to_target.table([Course("the question", PYPERF, 3, 30.0, [2.0])]).splitlines()[2:] == [
        "| the question | pyperf, runs paired | 1 | 30 s | 2.000 (one block, no interval) | – | "
        "no; too few blocks to extrapolate from |",
        "| the question | pyperf, one default run of each side | 1 | – | – | – | no; one pair alone has no interval |",
    ]


def test_an_interval_within_the_target_counts_only_with_enough_blocks() -> None:
    assert not Course("q", HARNESS, 10, 1.0, [1.0, 1.001] * 4).reached
    assert Course("q", HARNESS, 10, 1.0, [1.0, 1.001] * 5).reached


def test_false_positives_counts_intervals_and_pyperfs_verdicts() -> None:
    different, barely, alike = [1.1, 1.11, 1.1, 1.11], [1.004, 1.005, 1.004, 1.005], [1.0, 1.01, 0.99, 1.0]
    answers = Answers(
        [different, barely, alike, alike], [alike] * 4, [], {ADJACENT: [True, False], APART: []}, 30.0, 45.0
    )

    assert false_positives.table(answers, 4).splitlines() == [
        "| judged by | identical pairs | called different | share | machine time |",
        "| --- | --- | --- | --- | --- |",
        "| this harness, 4 blocks: interval excludes 1 | 4 | 2 | 50.0% [6.8%, 93.2%] | 30 s |",
        "| this harness, 4 blocks: that, and further from 1 than 1.0% | 4 | 1 | 25.0% [0.6%, 80.6%] | 30 s |",
        "| the same trials as measured, without the canaries: interval excludes 1 | 4 | 0 | 0.0% [0.0%, 60.2%] | 30 s |",
        "| pyperf compare_to, default runs one after the other | 2 | 1 | 50.0% [1.3%, 98.7%] | 45 s |",
        "| pyperf compare_to, default runs 5 minutes apart | 0 | 0 | – | 45 s |",
    ]


def test_pairs_of_runs_are_disjoint_and_as_far_apart_as_asked() -> None:
    runs = [Run(Path(str(number)), 10.0 * number, 10.0 * number + 9) for number in range(7)]

    def named(apart_seconds: Any) -> Any:
        return [
            (int(first.file.name), int(second.file.name))
            for first, second in false_positives.pairs(runs, apart_seconds)
        ]

    assert named(0.0) == [(0, 1), (2, 3), (4, 5)]
    assert named(25.0) == [(0, 4), (1, 5), (2, 6)]
    assert named(100.0) == []


def test_detection_shows_the_rate_beside_what_theory_allows() -> None:
    ratios = [0.95, 0.96, 0.95, 0.94]

    assert detection.table([ratios, ratios, [0.9, 1.1, 1.0, 1.0]], 4).splitlines()[2:] == [
        "| true ratio of the work | 0.952 (84 jobs against 80) |",
        "| ratio seen over all blocks | 0.955 [0.945, 1.000] |",
        "| contrasts | 3 of 4 blocks each |",
        "| found slower | 2: 66.7% [9.4%, 99.2%] |",
        "| sd of the block log ratio, within contrasts | 0.0478 |",
        "| power that theory allows at this sd with 4 blocks | 29.7% |",
        "| blocks that 95% needs at this sd | 15 |",
    ]


def test_detection_of_nothing_measured_has_no_numbers() -> None:
    assert "| found slower | 0: – |" in detection.table([], 10)


def test_fidelity_has_a_line_for_each_plain_way() -> None:
    course = fidelity.Course(
        a_subject(), {"asyncio": [1.1, 1.11, 1.09], "asyncio-workers": [1.0, 1.001, 0.999]}, [0.1, 0.1, 0.1]
    )

    assert fidelity.table([course]).splitlines() == [
        "| case | plain way | blocks | harness, ms | plain / harness | within ±2 % |",
        "| --- | --- | --- | --- | --- | --- |",
        "| download/asyncio/20 on 3.13t | asyncio | 3 | 100.0 | 1.100 [1.075, 1.125] | no |",
        "| download/asyncio/20 on 3.13t | asyncio-workers | 3 | 100.0 | 1.000 [0.998, 1.002] | yes |",
    ]


@pytest.mark.parametrize(
    ("low", "high", "answer"),
    [(0.98, 1.02, "yes"), (0.97, 1.01, "undecided"), (1.021, 1.05, "no"), (0.9, 0.979, "no"), (None, None, "–")],
)
def test_within_two_percent_is_judged_by_the_whole_interval(low: float | None, high: float | None, answer: str) -> None:
    assert fidelity.verdict(Estimate(1.0, low, high, 10)) == answer


def test_overhead_shows_medians_and_quartiles_beside_the_target() -> None:
    measurements = {
        ("3.13", START): [0.010, 0.011, 0.012],
        ("3.13", IMPORT): [0.080],
        ("3.13", TRIAL): [0.1, 0.2, 0.3],
        ("3.13t", TRIAL): [0.15, 0.15],
    }

    assert overhead.table(measurements, ["3.13", "3.13t"], {"3.13": 150, "3.13t": 200}) == "\n".join(
        [
            "| milliseconds, median [quartiles] | 3.13 | 3.13t |",
            "| --- | --- | --- |",
            f"| {START} | 11 [10, 12] | – |",
            f"| {IMPORT} | 80 (measured once) | – |",
            f"| {EMPTY} | – | – |",
            f"| {TRIAL} | 200 [150, 250] | 150 [150, 150] |",
            "| target for a trial's own part | 150 | 200 |",
        ]
    )


def test_a_trials_own_part_leaves_out_values_warm_up_and_canaries() -> None:
    value = {"start_seconds": 0.1, "work_seconds": 0.2, "stop_seconds": 0.1, "canary_seconds": [0.01, 0.02]}
    measurement = Measurement(0.4, 2.0, {"values": [value], "warmup_seconds": 0.3})

    assert overhead.own_seconds(measurement, loops=2) == pytest.approx(2.0 - 0.8 - 0.3 - 0.03)


def test_the_drivers_share_is_that_between_its_first_and_its_last_trial() -> None:
    moments = [("calibrating fib/serial", 2.0, 0.8), ("block 1: ...", 12.0, 0.82), ("Done: all.", 22.0, 0.85)]

    assert overhead.driver_share(Driver(moments)) == (
        "While it measured, the driver itself took 0.25% of one CPU (0.05 s of 20 s, seen once, to the 0.01 s that the "
        "system counts in; target under 1 %), and 0.80 s of CPU before its first trial."
    )
    assert overhead.driver_share(Driver(moments[:2])) == "The driver's own CPU share was not measured."


def test_scale_has_the_report_first_and_then_what_it_consists_of() -> None:
    def measurement(seconds: Any, elapsed: Any = 0.0, **phases: Any) -> Any:
        return Measurement(seconds, elapsed, {"peak_rss_bytes": 200_000_000, "phase_seconds": phases})

    measurements = {
        "reading 20 trials": [measurement(0.2)],
        "reading 100 trials": [measurement(1.0)],
        scale.PHASES_OF_IT: [measurement(3.0, 3.5, **{"read": 1.0, "estimate and check": 1.5, "render": 0.5})],
        scale.REPORT: [measurement(4.0), measurement(5.0), measurement(6.0)],
    }

    assert scale.table(measurements).splitlines()[2:] == [
        "| report, a fresh process | 5.00 [4.00, 6.00] | 200 [200, 200] |",
        "| of it: start and imports | 0.50 (measured once) |  |",
        "| of it: read | 1.00 (measured once) |  |",
        "| of it: estimate and check | 1.50 (measured once) |  |",
        "| of it: render | 0.50 (measured once) |  |",
        "| reading 20 trials | 0.20 (measured once) |  |",
        "| reading 100 trials | 1.00 (measured once) |  |",
    ]


def test_site_shows_what_each_step_took_and_wrote_and_leaves_out_what_was_not_reached() -> None:
    def measurement(seconds: Any, written: Any) -> Any:
        return Measurement(seconds, seconds, {"cpu_seconds": seconds / 2, "written": written, "peak_rss_bytes": 200e6})

    measurements = {
        site.STEPS[0]: [measurement(8.0, "90 of 90"), measurement(10.0, "90 of 90"), measurement(9.0, "90 of 90")],
        site.STEPS[1]: [measurement(3.0, "0 of 90")],
        site.STEPS[2]: [],
    }

    assert site.table(measurements).splitlines()[2:] == [
        "| all of them, from nothing | 9.00 [8.00, 10.00] | 4.50 [4.00, 5.00] | 90 of 90 | 200 [200, 200] |",
        "| again, with nothing new | 3.00 (measured once) | 1.50 (measured once) | 0 of 90 | 200 (measured once) |",
    ]
