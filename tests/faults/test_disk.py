"""A full disk, a folder that is read-only, a quota: one message, nothing is lost, and then it goes on."""

import contextlib
import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.runs import read_journal
from tests.faults.conftest import wait_for
from tests.shared.driver import Driver, WorkloadWriter

RUN = ("--quick", "--size", "original", "--blocks", "6", "--seed", "5", "--modes", "serial,threads", "--workers", "1")


@contextlib.contextmanager
def small_disk(folder: Path, options: str) -> Iterator[None]:
    """A file system in memory; where mounting is not permitted, the test is skipped."""
    folder.mkdir(exist_ok=True)
    mount = shutil.which("mount")
    outcome = (
        subprocess.run([mount, "-t", "tmpfs", "-o", options, "tmpfs", folder], capture_output=True, check=False)
        if mount
        else None
    )
    if outcome is None or outcome.returncode:
        pytest.skip("a file system cannot be mounted here")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def remount(folder: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", folder], check=True)


def test_a_full_disk_stops_the_run_with_one_message_and_it_goes_on_when_there_is_room(
    driver: Driver, workload: WorkloadWriter
) -> None:
    file = workload()
    with small_disk(driver.results.folder, "size=256k"):
        process = driver.start("--workload", file, *RUN, report=False)
        wait_for(lambda: driver.results.trials, process)
        with (driver.results.folder / "filler").open("wb", buffering=0) as filler, contextlib.suppress(OSError):
            while True:
                filler.write(b"x" * 4096)
        output, _ = process.communicate()
        kept = driver.results.trials

        assert process.returncode == 2, output
        assert f"trials.jsonl cannot be written ({os.strerror(errno.ENOSPC)}), so the run has stopped." in output
        assert (
            f"Make room there. Then go on with: nox -s bench-3.12 -- --resume {driver.results.run} --workload {file}"
            in output
        )
        assert "Traceback" not in output
        assert 1 <= len(kept) < 12
        assert read_journal(driver.results.run).damaged_lines == 0
        (driver.results.folder / "filler").unlink()
        remount(driver.results.folder, "size=64m")
        resumed = driver.start("--resume", driver.results.run, "--workload", file, report=False)

        assert "Done: all 6 blocks" in resumed.communicate()[0]
        assert driver.results.trials[: len(kept)] == kept
        assert len(driver.results.trials) == 12


def test_a_folder_that_is_read_only_is_refused_and_a_run_in_it_is_not_resumed(
    driver: Driver, workload: WorkloadWriter
) -> None:
    file = workload()
    with small_disk(driver.results.folder, "size=64m"):
        driver.start("--workload", file, *RUN, report=False).communicate()
        remount(driver.results.folder, "ro")
        new = driver.start("--workload", file, *RUN, report=False)

        assert new.communicate()[0] == (
            f"No run directory can be made in {driver.results.folder}: Read-only file system. Choose another with --results.\n"
        )
        resumed = driver.start("--resume", driver.results.run, "--workload", file, report=False)
        assert resumed.communicate()[0].endswith(
            f"{driver.results.run}/trials.jsonl cannot be written (Read-only file system). Make room there, or make it "
            f"writable. Then go on with: nox -s bench-3.12 -- --resume {driver.results.run} --workload {file}\n"
        )
        assert (new.returncode, resumed.returncode) == (2, 2)


def test_a_disk_that_may_hold_no_more_files_is_one_message_and_leaves_no_half_a_run(
    driver: Driver, workload: WorkloadWriter
) -> None:
    with small_disk(
        driver.results.folder, "nr_inodes=3"
    ):  # its own, the temporary one that tries it, and the run's folder
        (driver.results.folder / "filler").touch()
        process = driver.start("--workload", workload(), *RUN)
        output, _ = process.communicate()

        assert process.returncode == 2, output
        assert "cannot be written (No space left on device). Make room there, or make it writable.\n" in output
        assert [path.name for path in driver.results.folder.iterdir()] == ["filler"]


def test_a_quota_on_files_leaves_the_journal_as_it_was(tmp_path: Path) -> None:
    program = (
        "import resource, sys\nfrom harness.errors import UsageError\nfrom harness.runs import journal\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (150, 150))\n"
        "with open(sys.argv[1], 'ab', buffering=0) as file:\n"
        "    journal.append_line(file, b'a' * 99 + b'\\n')\n"
        "    try:\n        journal.append_line(file, b'b' * 99 + b'\\n')\n"
        "    except UsageError as error:\n        print(error)"
    )
    path = tmp_path / "trials.jsonl"
    output = subprocess.run(
        [sys.executable, "-c", program, path],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": ":".join(sys.path)},
    ).stdout

    assert output.startswith(f"{path} cannot be written (File too large), so the run has stopped.")
    assert path.read_bytes() == b"a" * 99 + b"\n"


def test_no_room_for_temporary_files_is_one_message(driver: Driver, workload: WorkloadWriter) -> None:
    with small_disk(driver.temporary, "nr_inodes=2"):  # its own and the lock's
        output, _ = (process := driver.start("--workload", workload(), *RUN)).communicate()

        assert process.returncode == 2, output
        assert "Traceback" not in output
        assert "No space left on device" in output
        assert output.count("\n") == 1
