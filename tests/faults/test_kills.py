"""The driver killed with SIGKILL at random moments, and resumed: nothing is lost, doubled or left running.

As many moments as FAULT_MOMENTS says: `nox -s faults` takes 50.
"""

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from harness.records import Trial
from harness.runs import TRIALS, read_journal
from tests.faults.conftest import Place, processes_with, wait_for

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


def until_it_measures(place: Place, process: subprocess.Popen[str], written: int) -> None:
    """Wait until this process has written a trial, or has ended."""
    wait_for(lambda: process.poll() is not None or len(place.trials) > written)


def test_at_random_moments_nothing_is_lost_or_doubled_and_no_worker_stays(
    tmp_path: Path, environments: Path, workload: Callable[..., Path]
) -> None:
    sys.stdout.write(f"seed {SEED}, {MOMENTS} moments\n")
    file, draw = workload(), random.Random(SEED)
    calm = place_in(tmp_path / "calm", environments)
    calm.start("--workload", file, *RUN, report=False).communicate()
    expected = identities(calm.trials)
    assert len(expected) == 24

    moments, number = 0, 0
    while moments < MOMENTS:
        number += 1
        place, kills, before = place_in(tmp_path / str(number), environments), 0, b""
        while len(place.trials) < len(expected):
            words = ("--resume", place.run) if place.run else RUN
            process = place.start(*words, "--workload", file, report=False)
            if moments % 4:  # of four kills one comes whenever it comes, three while it measures
                until_it_measures(place, process, len(place.trials))
            time.sleep(draw.uniform(0.0, 0.4 if moments % 4 else 1.2))
            if moments < MOMENTS:
                process.kill()
                moments, kills = moments + 1, kills + 1
            process.communicate()
            if place.run is not None and (place.run / TRIALS).exists():
                content = (place.run / TRIALS).read_bytes()
                assert content.startswith(before), "what was on the disk stays as it was"
                before = content
                assert read_journal(place.run).damaged_lines <= kills
        assert identities(place.trials) == expected
    wait_for(lambda: processes_with(str(tmp_path)) == [])


def place_in(folder: Path, environments: Path) -> Place:
    folder.mkdir()
    return Place(folder, environments)
