"""What the kernel counts of a process, and what becomes of it where the kernel does not count."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.worker import usage


def process(proc: Path, pid: str, *schedstats: str) -> None:
    for number, text in enumerate(schedstats):
        folder = proc / pid / "task" / str(number)
        folder.mkdir(parents=True)
        (folder / "schedstat").write_text(text)


def test_waiting_adds_up_over_the_threads_of_all_processes(tmp_path: Path) -> None:
    process(tmp_path, "self", "900000000 5000000 7\n", "100 2000000 1\n")
    process(tmp_path, "17", "1 1000000000 1\n")

    assert usage.run_delay_seconds(proc=str(tmp_path)) == pytest.approx(0.007)
    assert usage.run_delay_seconds([17], str(tmp_path)) == pytest.approx(1.007)


def test_a_thread_that_has_just_ended_is_left_out(tmp_path: Path) -> None:
    process(tmp_path, "self", "900000000 5000000 7\n")
    (tmp_path / "self" / "task" / "1").mkdir()

    assert usage.run_delay_seconds(proc=str(tmp_path)) == pytest.approx(0.005)


@pytest.mark.parametrize("text", ["", "12", "one two three", "1.5 2 3", "\0", "0 0 0\n"])
def test_what_is_no_count_makes_it_unknown(tmp_path: Path, text: str) -> None:
    process(tmp_path, "self", text)

    assert usage.run_delay_seconds(proc=str(tmp_path)) is None


def test_without_the_file_it_is_unknown(tmp_path: Path) -> None:
    assert usage.run_delay_seconds(proc=str(tmp_path)) is None
    (tmp_path / "self" / "task" / "1").mkdir(parents=True)
    assert usage.run_delay_seconds(proc=str(tmp_path)) is None
    process(tmp_path, "18")
    process(tmp_path, "self", "1 1 1")
    assert usage.run_delay_seconds([18], str(tmp_path)) is None  # it is gone, or never was


def test_without_the_right_to_read_it_is_unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError

    process(tmp_path, "self", "1 1 1")
    monkeypatch.setattr(os, "open", refuse)

    assert usage.run_delay_seconds(proc=str(tmp_path)) is None


@pytest.fixture
def a_thread() -> Iterator[None]:
    end = threading.Event()
    thread = threading.Thread(target=end.wait)
    thread.start()
    yield
    end.set()
    thread.join()


@pytest.mark.usefixtures("a_thread")
@pytest.mark.skipif(not Path("/proc/self/schedstat").exists(), reason="this kernel does not count it")
def test_a_real_kernel_never_counts_backwards() -> None:
    before = usage.run_delay_seconds()
    assert before is not None
    after = usage.run_delay_seconds([os.getpid()])
    assert after is not None
    assert after >= before >= 0


def test_user_and_system_time_and_page_faults_are_apart() -> None:
    before = usage.so_far()
    bytearray(64 * 1024 * 1024)
    used = usage.Usage(1.0, 2.0, 3, 4, 5, 6).plus(before, usage.so_far())

    assert used.user_seconds >= 1.0
    assert used.system_seconds >= 2.0
    assert used.minor_faults > 3
    assert (used.major_faults >= 4, used.voluntary_switches >= 5, used.involuntary_switches >= 6) == (True, True, True)
