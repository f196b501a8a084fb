"""What a pool costs a job: two readings of the clock, and nothing that a script would not send."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from harness.worker import gil, pool


@pytest.fixture
def path(tmp_path: Path) -> str:
    file = tmp_path / "sample.py"
    file.write_text("JOBS = [1, 2, 3]\n\ndef run(job):\n    return 10 * job\n", encoding="utf-8")
    return str(file)


def entered(path: str, workers: int = 1) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(workers, initializer=pool.enter_thread, initargs=(path, (), []))


def test_a_job_reads_the_clock_twice_and_sends_its_answer_with_the_two_moments(
    path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "perf_counter", iter([1.0, 1.5, 2.0, 2.25]).__next__)

    with entered(path) as executor:
        replies = list(executor.map(pool.work, [1, 2]))

    assert replies == [(10, 1.0, 1.5), (20, 2.0, 2.25)]


def test_no_job_asks_for_the_gil_or_its_process(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with entered(path) as executor:
        executor.submit(pool.work, 1).result()  # from here on the worker has entered
        monkeypatch.setattr(gil, "enabled", None)
        monkeypatch.setattr("os.getpid", None)

        assert executor.submit(pool.work, 2).result()[0] == 20
