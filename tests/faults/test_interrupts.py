"""Told to end, or left without an output, a run makes its report, says how to go on, and leaves nothing behind."""

import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.faults.conftest import listening, processes_with, wait_for
from tests.shared.driver import Driver

DOWNLOADS = ("--workload", "download", "--quick", "--workers", "2", "--modes", "serial,processes")


@pytest.mark.parametrize(
    "ending", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, "closed output", "closed output and errors"]
)
def test_it_leaves_its_report_and_the_way_on_and_no_process_port_lock_or_temporary_file(
    driver: Driver, ending: signal.Signals | str
) -> None:
    ports = listening()
    process = driver.start(
        *DOWNLOADS, stderr=subprocess.STDOUT if ending == "closed output and errors" else subprocess.PIPE
    )
    wait_for(lambda: driver.results.trials, process)
    assert len(listening() - ports) >= 2
    if isinstance(ending, str):
        assert process.stdout is not None
        process.stdout.close()
        process.stdout = None
    else:
        process.send_signal(ending)
    output = "".join(filter(None, process.communicate()))

    assert process.returncode == 130, output
    assert (driver.results.run / "report.md").exists()
    if ending != "closed output and errors":
        assert f"Go on with: nox -s bench-3.12 -- --resume {driver.results.run} --workload download" in output
        assert "Traceback" not in output
    assert processes_with(str(driver.temporary)) == []
    assert [path.name for path in driver.temporary.iterdir()] == ["free-threading-harness.lock"]
    resumed = driver.start("--resume", driver.results.run, "--workload", "download", "--blocks", "1000")
    assert "The run was started without --blocks; drop `--blocks 1000` to resume it." in resumed.communicate()[0], (
        "nothing is locked"
    )


def test_before_anything_is_measured_ctrl_c_is_no_traceback(driver: Driver) -> None:
    process = driver.start(*DOWNLOADS)
    wait_for(lambda: signal_is_handled(process.pid), process)
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate()

    assert "Traceback" not in output
    assert process.returncode in (130, -signal.SIGINT)
    assert processes_with(str(driver.temporary)) == []


def signal_is_handled(pid: int) -> bool:
    """Whether Python has got as far as the driver's first line, which takes its own handler of Ctrl-C away again."""
    folder = Path(f"/proc/{pid}")
    return b"harness\0measure" in (folder / "cmdline").read_bytes() and b"msgspec" in (folder / "maps").read_bytes()


def test_an_output_that_is_closed_from_the_start_does_no_harm(driver: Driver) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    process = driver.start(*DOWNLOADS, "--list", stdout=writing, stderr=subprocess.PIPE)
    os.close(writing)
    errors = process.communicate()[1]

    assert "Traceback" not in errors
