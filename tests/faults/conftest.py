"""What tests need that kill, stop and starve drivers: to wait for a moment, and to see processes and ports."""

import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from tests.shared.driver import bench, driver, workload

__all__ = ["bench", "driver", "workload"]

PATIENCE_SECONDS = 120.0  # on a machine that others load


def wait_for(
    condition: Callable[[], object], process: subprocess.Popen[bytes] | subprocess.Popen[str] | None = None
) -> None:
    """Wait until the condition holds; an assertion when the process ends before."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert process is None or process.poll() is None, "it ended before"
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.01)


def state(pid: int | str) -> str:
    """The letter of a process's state; empty when it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return ""


def processes_with(text: str) -> list[int]:
    """The processes with this text on their command line or in their environment, zombies left out."""
    pids = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes() + (folder / "environ").read_bytes()
        except OSError:
            continue
        if os.fsencode(text) in words and state(folder.name) not in ("Z", "") and int(folder.name) != os.getpid():
            pids.append(int(folder.name))
    return pids


def listening() -> set[str]:
    """The local TCP sockets that listen, by inode."""
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    return {line.split()[9] for line in lines if line.split()[3] == "0A"}
