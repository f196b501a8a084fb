"""The driver, which notes its own state: `python -m tests.lab.support.watched_driver SAMPLES EVERY DRIVER_S_WORDS`.

The journal's own `append` is timed, and every so many trials one line goes to the file SAMPLES: how many trials this
process has written, its resident memory and the peak of that, its open descriptors, its children and which of them are
zombies, how long the appends since the line before took, and when it wrote the first of them.
"""

import json
import os
import signal
import statistics
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from harness.__main__ import main as run
from harness.records import Trial
from harness.runs import journal

PROC = Path("/proc/self")


@dataclass
class Watch:
    """What was seen since the last line; it stands where the journal's own `append` stood."""

    samples: Path
    every: int
    written: int = 0
    append_seconds: list[float] = field(default_factory=list)
    append = staticmethod(journal.append)

    def __call__(self, file: BinaryIO, trial: Trial) -> None:
        """Append one trial, and note the state after the first and after every so many."""
        began = time.perf_counter()
        self.append(file, trial)
        self.append_seconds.append(time.perf_counter() - began)
        self.written += 1
        if self.written == 1 or self.written % self.every == 0:
            self._note({"trial_began": time.monotonic() - trial.elapsed_seconds} if self.written == 1 else {})

    def _note(self, also: dict[str, float]) -> None:
        children = [state(int(pid)) for task in (PROC / "task").iterdir() for pid in _words(task / "children")]
        line = {
            "trials": self.written,
            "rss_bytes": int(_words(PROC / "statm")[1]) * os.sysconf("SC_PAGE_SIZE"),
            "peak_rss_bytes": _peak_rss_bytes(),
            "descriptors": len(list((PROC / "fd").iterdir())) - 1,  # without the one that lists them
            "children": len(children),
            "zombies": children.count("Z"),
            "append_seconds": statistics.median(self.append_seconds),
            **also,
        }
        self.append_seconds.clear()
        with self.samples.open("a", encoding="utf-8") as file:
            print(json.dumps(line), file=file)


def state(pid: int) -> str:
    """Return the letter of a process's state, as ps shows it; empty when it has just ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return ""


def _peak_rss_bytes() -> int:
    words = _words(PROC / "status")
    return int(words[words.index("VmHWM:") + 1]) * 1024


def _words(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="ascii").split()
    except OSError:  # a thread that has just ended
        return []


def main(arguments: list[str]) -> int:
    """Run the driver with its journal watched and return its exit code."""
    samples, every, *rest = arguments
    watch: Any = Watch(Path(samples), int(every))
    journal.append = watch
    return run(["measure", *rest])


if __name__ == "__main__":
    for ended in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ended, signal.default_int_handler)
    sys.exit(main(sys.argv[1:]))
