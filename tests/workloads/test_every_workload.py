"""Every workload file gives the same answer in every mode and worker count that it offers."""

import hashlib
from pathlib import Path

import pytest

from harness.worker import loading
from harness.worker.modes import MODES

WORKLOADS = sorted((Path(__file__).resolve().parents[2] / "workloads").glob("[!_]*.py"))
SPREADS = [
    ("serial", 1),
    ("threads", 1),
    ("threads", 3),
    ("processes", 1),
    ("processes", 2),
    ("asyncio", 1),
    ("asyncio", 3),
]


@pytest.mark.parametrize("file", WORKLOADS, ids=lambda path: path.stem)
def test_the_answer_is_the_same_however_the_jobs_are_spread(file):
    workload = loading.module(str(file))
    jobs = loading.jobs(workload, "quick", [])
    digests = {
        hashlib.sha256(repr(MODES[mode](workload, jobs, workers, "fork").answers).encode()).hexdigest()
        for mode, workers in SPREADS
        if loading.obstacle(workload, mode) is None
    }

    assert len(digests) == 1


@pytest.mark.parametrize("file", WORKLOADS, ids=lambda path: path.stem)
def test_a_workload_knows_nothing_of_the_harness(file):
    assert "harness" not in file.read_text(encoding="utf-8")
