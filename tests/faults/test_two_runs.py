"""One run directory has one writer, whatever temporary folder the machine's lock is in."""

import signal
from pathlib import Path

from tests.faults.conftest import wait_for
from tests.shared.driver import Driver, WorkloadWriter

RUN = ("--quick", "--size", "original", "--blocks", "500", "--modes", "serial")


def test_a_run_that_is_being_measured_is_not_resumed_beside_it(
    driver: Driver, tmp_path: Path, environments: Path, workload: WorkloadWriter
) -> None:
    file = workload()
    first = driver.start("--workload", file, *RUN, report=False)
    wait_for(lambda: driver.results.trials, first)
    (tmp_path / "elsewhere").mkdir()
    second = Driver(tmp_path / "elsewhere", environments).start("--resume", driver.results.run, "--workload", file)
    output, _ = second.communicate()
    first.send_signal(signal.SIGTERM)
    first.communicate()

    assert second.returncode == 2, output
    assert output.startswith(
        f"{driver.results.run} is being measured already (process {first.pid}). Wait for its end, then resume it."
    )
    assert first.returncode == 130
