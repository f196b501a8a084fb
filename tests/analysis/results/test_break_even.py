"""From where threads win, by intervals and never by points alone."""

import math
from collections.abc import Mapping
from typing import Any

import pytest

from harness.analysis.results.break_even import BreakEven, break_evens, crossings, curves
from harness.analysis.samples.readings import readings
from harness.records import Contrast, Experiment, Mode, Trial
from tests.builders import Spot, a_contrast, a_workload, an_experiment, settings, trials_like

ARMS = ("3.13", "3.13t")
CASES = [("serial", 1), ("threads", 1), ("threads", 2), ("threads", 4), ("processes", 2), ("processes", 4)]


def by_rival(speeds: Mapping[Spot, float], wobble: float = 0.0, **fields: Any) -> dict[Mode, BreakEven]:
    experiment = an_experiment(ARMS, CASES, usable_cpus=4, **fields)
    trials = trials_like({("3.13t", "serial", 1): 0.2, **speeds}, 12, wobble)
    return {point.against: point for point in break_evens(experiment, readings(experiment, trials))}


def speeds() -> dict[Spot, float]:
    threads = {("3.13t", "threads", count): 0.2 / count for count in (1, 2, 4)}
    return {("3.13", "serial", 1): 0.11, **threads}


def test_threads_break_even_at_the_smallest_count_from_which_all_intervals_are_above_one() -> None:
    serial = by_rival(speeds())["serial"]

    assert serial.workers == 2
    assert [each.subject.workers for each in serial.contrasts] == [1, 2, 4]
    assert [each.estimate.point for each in serial.contrasts] == pytest.approx([0.55, 1.1, 2.2])


def test_processes_are_compared_at_equal_workers_and_may_never_be_reached() -> None:
    fast = {("3.13", "processes", 2): 0.06, ("3.13", "processes", 4): 0.04}
    slow = {("3.13", "processes", 2): 0.06, ("3.13", "processes", 4): 0.06}

    assert by_rival({**speeds(), **fast})["processes"].workers is None
    assert by_rival({**speeds(), **slow})["processes"].workers == 4


def test_a_win_that_is_lost_again_at_more_workers_does_not_count() -> None:
    lost = {**speeds(), ("3.13t", "threads", 4): 0.2}

    assert by_rival(lost)["serial"].workers is None


def test_a_point_above_one_whose_interval_holds_one_is_no_win() -> None:
    near = {**speeds(), ("3.13", "serial", 1): 0.0505}

    serial = by_rival(near, wobble=0.05)["serial"]

    assert (serial.contrasts[-1].estimate.low or 0) < 1
    assert serial.workers is None


def test_work_that_grew_with_its_workers_is_compared_with_serial_per_second() -> None:
    grown = {**speeds(), **{("3.13t", "threads", count): 0.2 for count in (1, 2, 4)}, ("3.13", "processes", 4): 0.11}

    weak = by_rival(grown, settings=settings(scaling="weak"))

    assert [each.estimate.point for each in weak["serial"].contrasts] == pytest.approx([0.55, 1.1, 2.2])
    assert weak["serial"].workers == 2
    assert [each.estimate.point for each in weak["processes"].contrasts] == pytest.approx([0.55])


def points(*bands: tuple[int, float, float | None, float | None]) -> list[tuple[int, Contrast]]:
    return [(place, a_contrast(ratio, low, high)) for place, ratio, low, high in bands]


def test_a_crossing_lies_on_straight_lines_in_log_axes_between_where_the_edges_of_the_band_cross() -> None:
    curve = points((1, 0.25, 0.125, 0.5), (100, 4.0, 2.0, 8.0))

    (one,) = crossings(curve)

    assert one.rising
    assert one.at == pytest.approx(10)
    assert (one.low, one.high) == (pytest.approx(100 ** (1 / 4)), pytest.approx(100 ** (3 / 4)))  # type: ignore[comparison-overlap]


def test_a_falling_curve_has_its_interval_the_same_way() -> None:
    curve = points((1, 4.0, 2.0, 8.0), (100, 0.25, 0.125, 0.5))

    (one,) = crossings(curve)

    assert not one.rising
    assert (one.low, one.at, one.high) == pytest.approx((100 ** (1 / 4), 10, 100 ** (3 / 4)))


def test_an_edge_that_does_not_cross_leaves_the_interval_open() -> None:
    (one,) = crossings(points((1, 0.9, 0.8, 1.1), (100, 4.0, 3.0, 5.0)))

    assert one.low is None
    assert one.high is not None
    assert one.at < one.high


def test_no_crossing_and_no_place_for_zero() -> None:
    assert crossings(points((1, 2.0, 1.9, 2.1), (100, 4.0, 3.9, 4.1))) == ()
    assert crossings(points((0, 0.5, 0.4, 0.6), (100, 4.0, 3.9, 4.1))) == ()
    assert len(crossings(points((1, 0.5, None, None), (100, 4.0, None, None)))) == 1


def series() -> tuple[Experiment, list[Trial]]:
    names = {f"grain@{point}": point for point in (4, 40, 400)}
    workloads = [a_workload(n, file="workloads/grain.py", series="jobs", point=p) for n, p in names.items()]
    cases = [("serial", 1), ("threads", 1), ("threads", 2), ("threads", 3), ("processes", 2), ("processes", 3)]
    experiment = an_experiment(ARMS, cases, workloads)
    trials = []
    for name, point in names.items():
        times = {(arm, mode, workers): 0.1 for arm in ARMS for mode, workers in cases}
        times["3.13t", "processes", 2] = 0.05 * math.sqrt(point) / math.sqrt(10)
        trials += trials_like(times, 12, 0.0, workload=name)
    return experiment, trials


def test_a_series_gives_a_curve_for_each_arm_and_two_across_arms() -> None:
    experiment, trials = series()

    made = curves(experiment, readings(experiment, trials))

    assert [(each.subject, each.baseline) for each in made] == [
        ("threads on 3.13", "processes on 3.13"),
        ("threads on 3.13t", "processes on 3.13t"),
        ("threads on 3.13t", "processes on 3.13"),
        ("threads on 3.13t", "serial on 3.13"),
    ]
    assert {(each.file, each.series) for each in made} == {("workloads/grain.py", "jobs")}
    assert [place for place, _ in made[1].points] == [4, 40, 400]
    (one,) = made[1].crossings
    assert one.rising
    assert one.at == pytest.approx(40)


def test_a_series_is_compared_at_the_largest_count_that_the_cpus_hold_and_processes_share() -> None:
    experiment, trials = series()

    made = curves(experiment, readings(experiment, trials))

    assert {contrast.subject.workers for each in made for _, contrast in each.points} == {2}


def test_workloads_that_are_no_series_have_no_curve() -> None:
    experiment = an_experiment(ARMS, CASES)

    assert curves(experiment, readings(experiment, [])) == []
