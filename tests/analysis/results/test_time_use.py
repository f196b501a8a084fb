"""Where the time goes, from trials with known numbers."""

from typing import Any

import pytest

from harness.analysis.results.time_use import mean, usages
from harness.records import Trial, Value
from tests.builders import a_side, a_trial

SIDE = a_side("3.13", "threads", 2)
VALUE = Value(start_seconds=0.1, work_seconds=0.3, stop_seconds=0.1)


def trial(block: int = 1, **fields: Any) -> Trial:
    usual: dict[str, Any] = {"loops": 2, "values": (VALUE, VALUE), "cpu_seconds": 3.0, "voluntary_switches": 8}
    return a_trial("3.13", "threads", 2, block, **{**usual, "involuntary_switches": 0, **fields})


def test_everything_is_per_loop_and_one_block_has_no_interval() -> None:
    usage = usages([trial()])[SIDE]

    assert usage.blocks == 1
    assert {name: amount.point for name, amount in usage.amounts.items()} == pytest.approx(
        {
            "cpu_seconds": 0.75,  # 3 s in two loops of two values
            "parallelism": 1.5,  # of 0.5 s each
            "start_seconds": 0.1,
            "work_seconds": 0.3,
            "stop_seconds": 0.1,
            "voluntary_switches": 2.0,
            "involuntary_switches": 0.0,
        }
    )
    assert usage.amounts["cpu_seconds"].low is None


def test_the_interval_is_student_s_over_blocks_and_never_below_zero() -> None:
    # Mean 2, standard deviation 1, three blocks: t(0.975, 2) = 4.302653 times 1/√3.
    assert mean([1.0, 2.0, 3.0])[:3] == pytest.approx((2.0, 0.0, 2 + 4.302653 / 3**0.5), abs=1e-6)
    assert mean([9.0, 10.0, 11.0])[:3] == pytest.approx(
        (10.0, 10 - 4.302653 / 3**0.5, 10 + 4.302653 / 3**0.5), abs=1e-6
    )


def test_what_was_not_recorded_is_left_out() -> None:
    old = usages([trial(voluntary_switches=None, cpu_seconds=None)])[SIDE]

    assert set(old.amounts) == {"start_seconds", "work_seconds", "stop_seconds", "involuntary_switches"}


def test_kernel_time_waiting_and_page_faults_are_per_loop_too() -> None:
    usage = usages([trial(system_cpu_seconds=1.0, run_delay_seconds=0.2, minor_faults=400, major_faults=1)])[SIDE]

    points = {name: amount.point for name, amount in usage.amounts.items()}
    assert points["system_cpu_seconds"] == pytest.approx(0.25)
    assert points["run_delay_seconds"] == pytest.approx(0.05)
    assert points["minor_faults"] == pytest.approx(100.0)


def test_what_a_fork_server_s_children_used_is_not_guessed() -> None:
    side = a_side("3.13", "processes", 2)
    served = usages([a_trial("3.13", "processes", 2, start_method="forkserver", voluntary_switches=3)])[side]

    assert set(served.amounts) == {"start_seconds", "work_seconds", "stop_seconds"}


def test_of_several_attempts_the_first_counts() -> None:
    usage = usages([trial(cpu_seconds=4.0), trial(attempt=1)])[SIDE]

    assert usage.blocks == 1
    assert usage.amounts["cpu_seconds"].point == pytest.approx(1.0)
