"""The driver killed with SIGKILL at random moments, and resumed: nothing is lost, doubled or left running.

As many moments as FAULT_MOMENTS says: `nox -s faults` takes 50.
"""

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from harness.records import Trial
from harness.runs import TRIALS, read_journal
from tests.faults.conftest import processes_with, wait_for
from tests.shared.driver import Driver, WorkloadWriter

MOMENTS = int(os.environ.get("FAULT_MOMENTS", "4"))
SEED = 20
RUN = (
    "--quick",
    "--size",
    "original",
    "--blocks",
    "8",
    "--seed",
    "5",
    "--modes",
    "serial,threads",
    "--workers",
    "1,2",
)


def identities(trials: Iterable[Trial]) -> list[tuple[int, int, int, str, str]]:
    return [(trial.block, trial.order, trial.attempt, str(trial.side), trial.status) for trial in trials]


def until_it_measures(driver: Driver, process: subprocess.Popen[str], written: int) -> None:
    """Wait until this process has written a trial, or has ended."""
    wait_for(lambda: process.poll() is not None or len(driver.results.trials) > written)


def test_at_random_moments_nothing_is_lost_or_doubled_and_no_worker_stays(
    tmp_path: Path, environments: Path, workload: WorkloadWriter
) -> None:
    sys.stdout.write(f"seed {SEED}, {MOMENTS} moments\n")
    file, draw = workload(), random.Random(SEED)
    calm = driver_in(tmp_path / "calm", environments)
    calm.start("--workload", file, *RUN, report=False).communicate()
    expected = identities(calm.results.trials)
    assert len(expected) == 24

    moments, number = 0, 0
    while moments < MOMENTS:
        number += 1
        driver, kills, before = driver_in(tmp_path / str(number), environments), 0, b""
        while len(driver.results.trials) < len(expected):
            words = ("--resume", driver.results.run) if driver.results.runs else RUN
            process = driver.start(*words, "--workload", file, report=False)
            if moments % 4:  # of four kills one comes whenever it comes, three while it measures
                until_it_measures(driver, process, len(driver.results.trials))
            time.sleep(draw.uniform(0.0, 0.4 if moments % 4 else 1.2))
            if moments < MOMENTS:
                process.kill()
                moments, kills = moments + 1, kills + 1
            process.communicate()
            if driver.results.runs and (driver.results.run / TRIALS).exists():
                content = (driver.results.run / TRIALS).read_bytes()
                assert content.startswith(before), "what was on the disk stays as it was"
                before = content
                assert read_journal(driver.results.run).damaged_lines <= kills
        assert identities(driver.results.trials) == expected
    wait_for(lambda: processes_with(str(tmp_path)) == [])


def driver_in(folder: Path, environments: Path) -> Driver:
    return Driver(folder, environments)
