"""Run one command in a session of its own and wait for its end without waking up in between."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

LAST_WORDS = 300


@dataclass(frozen=True)
class ProcessEnd:
    """How a process ended: `output` is what it wrote on standard output, `words` on standard error.

    Linux counts the memory of who started it towards its peak: `peak_rss_bytes` is at least about this process's own.
    """

    returncode: int
    output: str
    words: str
    elapsed_seconds: float
    peak_rss_bytes: int
    cpu_seconds: float

    @property
    def failed(self) -> str | None:
        """Why it failed, in one line, or None."""
        if self.returncode == 0:
            return None
        last = self.words.strip().rpartition("\n")[2][:LAST_WORDS]
        return f"exit code {self.returncode}; its last words: {last}"


def run(command: Sequence[str | Path], environment: dict[str, str], folder: Path | None = None) -> ProcessEnd:
    """Run a command to its end; whatever it started is gone when this returns, after Ctrl-C too."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output, tempfile.TemporaryFile("w+") as words:
        began = time.monotonic()
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=words,
            env=environment,
            cwd=folder,
            start_new_session=True,
        )
        try:
            # wait4 instead of Popen.wait, because it returns this one child's peak memory.
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            elapsed = time.monotonic() - began
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        output.seek(0)
        words.seek(0)
        unit = 1 if sys.platform == "darwin" else 1024  # getrusage(2): kilobytes, on macOS bytes
        cpu, peak = usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit
        return ProcessEnd(process.returncode, output.read(), words.read(), elapsed, peak, cpu)
