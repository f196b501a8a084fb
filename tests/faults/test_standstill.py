"""The machine suspended, the driver stopped, the clock set back: durations stay right, and what was cut off is repeated."""

import shutil
import signal
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import pytest
from msgspec.structs import replace

from harness.analysis.checks.suspensions import stood_still
from harness.analysis.samples.evidence import evidence
from harness.analysis.samples.suspensions import spanned
from harness.experiment.machine import counters
from harness.experiment.machine.suspension import Pulse
from harness.records import Journal, Surroundings, Trial
from tests.builders import a_trial, an_experiment
from tests.faults.conftest import wait_for
from tests.shared.driver import Driver, WorkloadWriter

SOURCE = Path(__file__).with_name("clocks.c")


def stopped(trial: Trial, seconds: float | None) -> Trial:
    return replace(trial, surroundings=Surroundings(suspended_seconds=seconds))


def suspended_seconds(trial: Trial) -> float | None:
    assert trial.surroundings is not None
    return trial.surroundings.suspended_seconds


@pytest.mark.skipif(not hasattr(time, "CLOCK_BOOTTIME"), reason="this system has no clock that goes on")
def test_a_driver_that_is_stopped_measures_again_what_it_cannot_pair_and_says_so(
    driver: Driver, workload: WorkloadWriter
) -> None:
    words = ("--quick", "--size", "original", "--blocks", "1", "--modes", "serial,threads", "--workers", "1,2,3,4")
    process = driver.start("--workload", workload("import time\nJOBS = [0.3]\ndef run(job): time.sleep(job)"), *words)
    wait_for(lambda: driver.results.trials, process)
    process.send_signal(signal.SIGSTOP)
    time.sleep(5.0)
    process.send_signal(signal.SIGCONT)
    output, _ = process.communicate()

    assert process.returncode == 0, output
    trials = driver.results.trials
    cut_off = list(spanned(trials))
    assert 2 <= len(cut_off) <= 5
    assert max(suspended_seconds(trial) or 0.0 for trial in trials) >= 3.0
    assert len(trials) == 5 + len(cut_off)
    assert {trial.side for trial in trials if (trial.block, trial.side, trial.attempt) not in cut_off} == {
        trial.side for trial in trials
    }
    assert "The machine was suspended, or the harness stopped, for " in (driver.results.run / "report.md").read_text()


def test_what_came_before_a_standstill_in_its_block_is_cut_off_and_nothing_else() -> None:
    sides = [("serial", 1), ("threads", 2), ("processes", 2)]
    trials = [a_trial("3.13", mode, workers, block=block) for block in (1, 2) for mode, workers in sides]
    trials[4] = stopped(trials[4], 7.0)

    assert spanned(trials) == {(2, trials[3].side, 0), (2, trials[4].side, 0)}
    assert spanned([stopped(trial, None) for trial in trials]) == frozenset()


def test_a_finding_says_for_how_long_and_where() -> None:
    cases = [("serial", 1), ("threads", 2)]
    experiment = an_experiment(["3.13"], cases)
    trials = [a_trial("3.13", mode, workers, block=1) for mode, workers in cases]
    trials[1] = stopped(trials[1], 61.0)
    resumed = [replace(trial, attempt=1, surroundings=None) for trial in trials]
    run_evidence = evidence(experiment, Journal(trials=(*trials, *resumed)))

    assert [finding.sentence for finding in stood_still(experiment, run_evidence)] == [
        "The machine was suspended, or the harness stopped, for 61 s in block 1: 2 earlier trial(s) of that block "
        "are left out."
    ]
    assert [trial.attempt for trial in run_evidence.measured] == [1, 1]


def test_the_clock_that_goes_on_while_the_machine_is_suspended_tells_a_suspension(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pulse, before = Pulse(), counters.now()
    monkeypatch.setattr(
        time,
        "clock_gettime",
        lambda which, real=time.clock_gettime: real(which) + 3600.0 * (which == time.CLOCK_BOOTTIME),
    )

    assert counters.between(before, counters.now(), 0.0).suspended_seconds == 3600.0
    assert round(pulse.missed_seconds()) == 3600


class Clocks:
    """The clocks of all processes that have these variables: of a driver, its workers and what they start."""

    def __init__(self, folder: Path) -> None:
        self._file, library = folder / "clocks", folder / "clocks.so"
        self.set()
        subprocess.run(["cc", "-shared", "-fPIC", "-o", library, SOURCE, "-ldl"], check=True)
        self.variables = {"LD_PRELOAD": str(library), "CLOCKS": str(self._file)}

    def set(self, wall: int = 0, boot: int = 0) -> None:
        """Add seconds to the wall clock, and to the one that goes on while the machine is suspended."""
        new = self._file.with_suffix(".new")
        new.write_text(f"{wall} {boot}\n")
        new.replace(self._file)


@pytest.fixture
def clocks(tmp_path: Path) -> Clocks:
    if sys.platform != "linux" or shutil.which("cc") is None:
        pytest.skip("clocks are set through a library that is preloaded, for which Linux and a C compiler are needed")
    return Clocks(tmp_path)


def test_a_clock_that_is_set_back_in_mid_run_changes_no_duration(
    driver: Driver, workload: WorkloadWriter, clocks: Clocks
) -> None:
    words = "--quick", "--blocks", "6", "--modes", "serial,threads", "--workers", "1"
    process = driver.start("--workload", workload(), *words, report=False, variables=clocks.variables)
    wait_for(lambda: driver.results.trials, process)
    # By less than the machine is up: the kernel would move the time of its start too, which pyperf subtracts.
    clocks.set(wall=-min(3600, int(time.clock_gettime(time.CLOCK_BOOTTIME) / 2)))
    output, _ = process.communicate()

    assert process.returncode == 0, output
    trials = driver.results.trials
    assert [earlier.started_at > later.started_at for earlier, later in pairwise(trials)].count(True) == 1
    assert [trial.block for trial in trials] == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6]
    assert all(0 < value.whole_seconds < trial.elapsed_seconds < 60 for trial in trials for value in trial.values)
    assert all(suspended_seconds(trial) is None for trial in trials)


def test_a_block_in_which_the_machine_was_suspended_by_its_clocks_is_measured_again(
    driver: Driver, workload: WorkloadWriter, clocks: Clocks
) -> None:
    words = "--quick", "--blocks", "2", "--modes", "serial,threads", "--workers", "1,2,3,4"
    process = driver.start("--workload", workload(), *words, variables=clocks.variables)
    wait_for(lambda: driver.results.trials, process)
    clocks.set(boot=3600)
    output, _ = process.communicate()

    assert process.returncode == 0, output
    trials, cut_off = driver.results.trials, spanned(driver.results.trials)
    (suspended,) = [trial for trial in trials if suspended_seconds(trial) is not None]
    assert suspended_seconds(suspended) == 3600.0
    assert cut_off >= {(suspended.block, suspended.side, suspended.attempt)}
    kept = [trial for trial in trials if (trial.block, trial.side, trial.attempt) not in cut_off]
    assert len(kept) == 2 * 5
    sentence = f"The machine was suspended, or the harness stopped, for 3600 s in block {suspended.block}: "
    assert sentence in (driver.results.run / "report.md").read_text()
