"""What the kernel's counters say of a trial's time; where there is no counter, nothing is said."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness.experiment.machine import cgroups, counters
from harness.experiment.machine.counters import Moment, between, now
from harness.experiment.measure.answers import TrialAnswer
from harness.experiment.measure.schedule import Turn
from harness.experiment.measure.trial import record
from harness.experiment.process.worker_process import WorkerResult
from harness.records import Case, PlannedCase, Server, Surroundings

TICK = 1 / os.sysconf("SC_CLK_TCK")
TURN = Turn(PlannedCase(case=Case(workload="download", mode="serial", workers=1), loops=1, values=1, warmups=0), "3.13", 1, 0)  # fmt: skip


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Return a function that writes a made-up file; no other counter of this machine is seen."""
    monkeypatch.setattr(cgroups, "throttled_seconds", lambda: None)
    monkeypatch.setattr(counters, "CPUS", tmp_path / "cpus")

    def write(name: str, text: str) -> None:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    return write


def moment(**fields: float) -> Moment:
    return replace(Moment(None, None, None, None, driver_cpu_seconds=0.0), **fields)


def test_busy_is_all_but_idle_iowait_and_steal(machine: Callable[..., Any], tmp_path: Path) -> None:
    # user, nice, system, idle, iowait, irq, softirq, steal, guest, guest_nice
    machine("proc/stat", "cpu  100 20 30 9000 800 5 6 70 3 3\ncpu0 50 10 15 4500 400 2 3 35 0 0\nintr 12\n")
    seen = now(tmp_path / "proc")

    assert seen.busy_cpu_seconds == pytest.approx(161 * TICK)
    assert seen.steal_seconds == pytest.approx(70 * TICK)


def test_pressure_is_how_long_something_waited_not_how_long_all_did(
    machine: Callable[..., Any], tmp_path: Path
) -> None:
    machine("proc/pressure/cpu", "some avg10=1.00 avg60=0.50 avg300=0.10 total=1234567\nfull avg10=0 total=1\n")

    assert now(tmp_path / "proc").pressure_seconds == 1.234567


def test_what_the_system_does_not_tell_is_none(machine: Callable[..., Any], tmp_path: Path) -> None:
    seen = now(tmp_path / "proc")

    assert (seen.busy_cpu_seconds, seen.steal_seconds, seen.pressure_seconds, seen.throttled_seconds) == (None,) * 4
    assert between(seen, seen, 0.0) == Surroundings()


def test_an_old_kernel_s_short_line_is_no_counter(machine: Callable[..., Any], tmp_path: Path) -> None:
    machine("proc/stat", "cpu  100 20 30 9000\n")

    assert now(tmp_path / "proc").busy_cpu_seconds is None


@pytest.mark.parametrize("text", ["cpu", "cpu  a b c d e f g h i\n", "\0", "cpu  1.5 2 3 4 5 6 7 8\n", ""])
def test_what_is_no_number_is_no_counter(machine: Callable[..., Any], tmp_path: Path, text: str) -> None:
    machine("proc/stat", text)
    machine("proc/pressure/cpu", "some avg10=1.00 total=many\n")
    machine("cpus/cpu0/cpufreq/scaling_cur_freq", "<unknown>\n")
    seen = now(tmp_path / "proc")

    assert (seen.busy_cpu_seconds, seen.steal_seconds, seen.pressure_seconds) == (None,) * 3
    assert between(seen, seen, 0.0) == Surroundings()


def test_the_trial_s_and_the_driver_s_own_work_are_taken_off(machine: Callable[..., Any]) -> None:
    before = moment(busy_cpu_seconds=100.0, driver_cpu_seconds=5.0)
    after = moment(busy_cpu_seconds=103.0, driver_cpu_seconds=5.25)

    assert between(before, after, 2.5) == Surroundings(other_cpu_seconds=0.25)


def test_the_other_counters_grow_by_their_difference(machine: Callable[..., Any]) -> None:
    before = moment(steal_seconds=1.0, pressure_seconds=2.0, throttled_seconds=3.0)
    after = moment(steal_seconds=1.5, pressure_seconds=2.25, throttled_seconds=3.125)

    assert between(before, after, 1.0) == Surroundings(
        steal_seconds=0.5, pressure_seconds=0.25, throttled_seconds=0.125
    )


def test_the_frequency_is_the_cpus_mean(machine: Callable[..., Any]) -> None:
    machine("cpus/cpu0/cpufreq/scaling_cur_freq", "3000000\n")
    machine("cpus/cpu1/cpufreq/scaling_cur_freq", "2000000\n")
    machine("cpus/cpuidle/cpufreq/scaling_cur_freq", "1\n")

    assert between(moment(), moment(), 0.0).megahertz == 2500.0


def test_the_local_server_s_work_belongs_to_the_trial() -> None:
    surroundings = Surroundings(other_cpu_seconds=0.5, steal_seconds=0.1)
    result = WorkerResult[TrialAnswer]("timed-out", 1.0, surroundings=surroundings)
    served = Server(requests=160, peak_in_flight=1, cpu_seconds=0.25)

    assert record(TURN, result, "", served).surroundings == Surroundings(other_cpu_seconds=0.25, steal_seconds=0.1)
    assert record(TURN, result).surroundings == Surroundings(other_cpu_seconds=0.5, steal_seconds=0.1)


def test_where_nothing_is_known_the_server_leaves_nothing_to_take_off() -> None:
    served = Server(requests=160, peak_in_flight=1, cpu_seconds=0.25)

    assert (
        record(TURN, WorkerResult("failed", 1.0, surroundings=Surroundings()), "", served).surroundings
        == Surroundings()
    )
    assert record(TURN, WorkerResult("timed-out", 1.0), "", served).surroundings is None
