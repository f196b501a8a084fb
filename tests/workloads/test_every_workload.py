"""Every workload file gives the same answer in every mode and worker count that it offers."""

import hashlib
import json
import queue
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness import ROOT
from harness.worker import workload_file
from harness.worker.modes import MODES

MOST_JOBS = 1000  # of the 40 000 of grain
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
def sites() -> Iterator[list[str]]:
    """The addresses of the local sites, served by the real server under this interpreter."""
    command = [sys.executable, "-m", "harness.experiment.measure.site_server", "0.001"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        yield json.loads(server.stdout.readline())
        server.stdin.close()


@pytest.mark.parametrize("file", WORKLOADS, ids=lambda path: path.stem)
def test_the_answer_is_the_same_however_the_jobs_are_spread(file: Path, sites: list[str]) -> None:
    workload = workload_file.module(str(file))
    if workload_file.is_service(workload):
        pytest.skip("a service is asked over HTTP, in test_services.py")
    if hasattr(workload, "ANSWERS_VARY"):
        pytest.skip(workload.ANSWERS_VARY)
    for point in workload_file.points(workload, "quick"):
        jobs = workload_file.jobs(workload, "quick", sites, None if point is None else str(point))[:MOST_JOBS]
        digests = {
            hashlib.sha256(repr(MODES[mode](workload, jobs, workers, "fork").answers).encode()).hexdigest()
            for mode, workers in SPREADS
            if workload_file.obstacle(workload, mode) is None
        }

        assert len(digests) == 1, point


@pytest.mark.parametrize("file", WORKLOADS, ids=lambda path: path.stem)
def test_a_workload_knows_nothing_of_the_harness(file: Path) -> None:
    assert "harness" not in file.read_text(encoding="utf-8")


@pytest.mark.parametrize(("mode", "workers"), SPREADS[:-2])
def test_lost_updates_are_counted_where_workers_share_and_none_are_lost_elsewhere(mode: str, workers: int) -> None:
    workload = workload_file.module(str(ROOT / "workloads" / "lost_update.py"))
    jobs = workload_file.jobs(workload, "quick", [])
    loops = [MODES[mode](workload, jobs, workers, "fork").answers for _ in range(3)]

    assert all(0 <= sum(answers) < sum(jobs) for answers in loops)
    if mode != "threads" or workers == 1:
        assert [sum(answers) for answers in loops] == [0, 0, 0]


@pytest.mark.parametrize("mode", ["threads", "processes"])
def test_a_producer_without_a_consumer_fails_instead_of_waiting_for_ever(
    mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    workload = workload_file.module(str(ROOT / "workloads" / "queue_pipeline.py"))
    monkeypatch.setattr(workload, "PATIENCE_SECONDS", 0.2)

    with pytest.raises(queue.Full):
        MODES[mode](workload, [(0, workload.CAPACITY + 1, 0)], 2, "fork")
