"""Speed-up, efficiency and the serial fraction, each with the interval of the speed-up it is made from."""

from typing import Any

import pytest
from msgspec.structs import replace

from harness.analysis.results.scaling import Scaling, karp_flatt, scalings
from harness.analysis.samples.readings import readings
from harness.records import Estimate, Mode
from tests.builders import a_side, a_workload, an_experiment, settings, trials_like

SPEEDS = {
    ("3.12", "serial", 1): 0.12,
    ("3.13", "serial", 1): 0.1,
    ("3.13t", "serial", 1): 0.2,
    ("3.12", "threads", 4): 0.12,
    ("3.13", "threads", 4): 0.1,
    ("3.13t", "threads", 4): 0.08,
}


def scaled(usable_cpus: int = 4, wobble: float = 0.0, bound: str = "cpu", **fields: Any) -> dict[str, Scaling]:
    cases = [("serial", 1), ("threads", 4)]
    experiment = an_experiment(
        ("3.12", "3.13", "3.13t"), cases, [a_workload(bound=bound)], usable_cpus, settings=settings(**fields)
    )
    every = scalings(experiment, readings(experiment, trials_like(SPEEDS, 12, wobble)))
    return {scaling.side.arm: scaling for scaling in every}


def test_speed_up_is_over_the_arms_own_serial_and_worth_over_the_fastest_serial_with_a_gil() -> None:
    free = scaled()["3.13t"]

    assert free.over_best is not None
    assert free.over_best_serial is not None
    assert free.serial_fraction is not None
    assert free.efficiency is not None
    assert free.over_own.baseline == a_side("3.13t", "serial", 1)
    assert free.over_best.baseline == a_side("3.13", "serial", 1)
    assert free.speed_up[:3] == pytest.approx((2.5, 2.5, 2.5))
    assert free.over_best_serial[:3] == pytest.approx((1.25, 1.25, 1.25))
    assert free.efficiency[:3] == pytest.approx((0.625, 0.625, 0.625))
    assert free.serial_fraction[:3] == pytest.approx(((1 / 2.5 - 1 / 4) / (1 - 1 / 4),) * 3)


def test_the_interval_of_the_serial_fraction_is_the_speed_ups_turned_round() -> None:
    assert karp_flatt(Estimate(1.6, 1.25, 2.0, 10), 2)[:3] == pytest.approx((0.25, 0.0, 0.6))
    assert karp_flatt(Estimate(1.6, None, None, 10), 2)[:3] == (pytest.approx(0.25), None, None)  # type: ignore[comparison-overlap]
    assert karp_flatt(Estimate(2.5, 2.5, 2.5, 10), 2).point < 0


def test_all_intervals_are_those_of_the_speed_up() -> None:
    free = scaled(wobble=0.05)["3.13t"]

    assert free.speed_up.low is not None
    assert free.serial_fraction is not None
    assert free.serial_fraction.interval is not None
    assert free.efficiency is not None
    low, high = free.serial_fraction.interval
    assert (free.speed_up.low, free.speed_up.high) == (free.over_own.estimate.low, free.over_own.estimate.high)
    assert free.efficiency.low == pytest.approx(free.speed_up.low / 4)
    assert free.serial_fraction.low == pytest.approx(karp_flatt(free.speed_up, 4).low)
    assert low < free.serial_fraction.point < high


def test_more_workers_than_cpus_are_oversubscribed_and_can_use_the_cpus_only() -> None:
    free = scaled(usable_cpus=2)["3.13t"]

    assert (free.oversubscribed, free.processors) == (True, 2)
    assert free.efficiency is not None
    assert free.efficiency.point == pytest.approx(1.25)


def test_work_that_waits_needs_no_cpus() -> None:
    free = scaled(usable_cpus=2, bound="io")["3.13t"]

    assert (free.oversubscribed, free.processors) == (False, 4)


def test_threads_are_as_efficient_as_over_serial_in_the_state_that_a_thread_leaves() -> None:
    cases: list[tuple[Mode, int]] = [("serial", 1), ("serial-after-thread", 1), ("threads", 4)]
    experiment = an_experiment(("3.13t",), cases, usable_cpus=4)
    speeds = {("3.13t", "serial", 1): 0.4, ("3.13t", "serial-after-thread", 1): 0.36, ("3.13t", "threads", 4): 0.1}

    (free,) = scalings(experiment, readings(experiment, trials_like(speeds, 12, 0.0)))

    assert free.speed_up.point == pytest.approx(4.0)
    assert free.efficiency is not None
    assert free.serial_fraction is not None
    assert free.efficiency.point == pytest.approx(0.9)
    assert free.serial_fraction.point == pytest.approx((1 / 3.6 - 1 / 4) / (1 - 1 / 4))


def test_a_service_has_a_speed_up_and_nothing_that_presumes_shared_work() -> None:
    experiment = an_experiment(("3.13t",), [("serial", 1), ("threads", 4)], [a_workload(clients=6)], 4)
    only = {spot: seconds for spot, seconds in SPEEDS.items() if spot[0] == "3.13t"}

    (free,) = scalings(experiment, readings(experiment, trials_like(only, 12)))

    assert (free.efficiency, free.serial_fraction) == (None, None)
    assert free.speed_up.point > 1


def test_one_processor_has_no_serial_fraction() -> None:
    assert scaled(usable_cpus=1)["3.13t"].serial_fraction is None


def test_of_work_that_grew_with_its_workers_the_ratio_is_the_efficiency() -> None:
    free = scaled(scaling="weak")["3.13t"]

    assert free.speed_up.point == pytest.approx(4 * 2.5)
    assert free.over_best_serial is not None
    assert free.over_best_serial.point == pytest.approx(4 * 1.25)
    assert free.efficiency is not None
    assert free.efficiency.point == pytest.approx(free.over_own.estimate.point)
    assert free.serial_fraction is None


def test_without_an_arm_with_a_gil_there_is_nothing_to_switch_from() -> None:
    experiment = an_experiment(("3.13t",), [("serial", 1), ("threads", 4)], usable_cpus=4)
    only = {spot: seconds for spot, seconds in SPEEDS.items() if spot[0] == "3.13t"}

    (free,) = scalings(experiment, readings(experiment, trials_like(only, 12)))

    assert (free.over_best, free.over_best_serial) == (None, None)


def test_without_a_serial_case_nothing_scales() -> None:
    experiment = an_experiment(("3.13",), [("threads", 4)])
    trials = [replace(t) for t in trials_like({("3.13", "threads", 4): 0.1}, 12)]

    assert scalings(experiment, readings(experiment, trials)) == []
