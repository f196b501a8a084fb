"""Every workload file gives the same answer in every mode and worker count that it offers."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from harness.worker import loading
from harness.worker.modes import MODES

ROOT = Path(__file__).resolve().parents[2]
WORKLOADS = sorted((ROOT / "workloads").glob("[!_]*.py"))
SPREADS = [
    ("serial", 1),
    ("serial-after-thread", 1),
    ("threads", 1),
    ("threads", 3),
    ("processes", 1),
    ("processes", 2),
    ("asyncio", 1),
    ("asyncio", 3),
]


@pytest.fixture(scope="module")
def sites():
    """The addresses of the local sites, served by the real server under this interpreter."""
    command = [sys.executable, "-m", "harness.experiment.server", "0.001"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        yield json.loads(server.stdout.readline())
        server.stdin.close()


@pytest.mark.parametrize("file", WORKLOADS, ids=lambda path: path.stem)
def test_the_answer_is_the_same_however_the_jobs_are_spread(file, sites):
    workload = loading.module(str(file))
    jobs = loading.jobs(workload, "quick", sites)
    digests = {
        hashlib.sha256(repr(MODES[mode](workload, jobs, workers, "fork").answers).encode()).hexdigest()
        for mode, workers in SPREADS
        if loading.obstacle(workload, mode) is None
    }

    assert len(digests) == 1


@pytest.mark.parametrize("file", WORKLOADS, ids=lambda path: path.stem)
def test_a_workload_knows_nothing_of_the_harness(file):
    assert "harness" not in file.read_text(encoding="utf-8")
