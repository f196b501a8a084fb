"""One run directory has one writer, whatever temporary folder the machine's lock is in."""

import signal
from collections.abc import Callable
from pathlib import Path

from tests.faults.conftest import Place, wait_for

RUN = ("--quick", "--size", "original", "--blocks", "500", "--modes", "serial")


def test_a_run_that_is_being_measured_is_not_resumed_beside_it(
    place: Place, tmp_path: Path, environments: Path, workload: Callable[..., Path]
) -> None:
    file = workload()
    first = place.start("--workload", file, *RUN, report=False)
    wait_for(lambda: place.trials, first)
    (tmp_path / "elsewhere").mkdir()
    second = Place(tmp_path / "elsewhere", environments).start("--resume", place.run, "--workload", file)
    output, _ = second.communicate()
    first.send_signal(signal.SIGTERM)
    first.communicate()

    assert second.returncode == 2, output
    assert output.startswith(
        f"{place.run} is being measured already (process {first.pid}). Wait for its end, then resume it."
    )
    assert first.returncode == 130
