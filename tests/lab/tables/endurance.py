"""Whether the driver's memory, descriptors and appends stay flat over a very long run, and how soon it resumes."""

import contextlib
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness import ROOT
from harness.errors import UsageError
from harness.experiment.option_values import read_positive
from harness.runs import EXPERIMENT, TRIALS
from harness.selftest import markdown_table, sessions
from harness.selftest.sessions import Parser, Session
from harness.selftest.subjects import REMEDY
from tests.lab.tables.scale import spread

TABLE = "endurance"
TARGET = "target: memory, descriptors and appends flat after the first thousand trials, no zombie, resumed within 2 s"
WORKLOAD = '"""Nothing to measure: all machinery."""\n\nJOBS = [1]\n\n\ndef run(job):\n    return job\n'
CASES = 100  # serial, and threads with 1 to 99 workers, of which one job starts one: a trial costs what it costs anyway
RESUMED_TRIALS = 5
FIRST = 1000


@dataclass(frozen=True)
class DriverRun:
    """One process of the driver: its exit code, the moment it was started, and the lines that it wrote about itself."""

    code: int
    began: float
    lines: Sequence[dict[str, Any]]


def main(arguments: list[str]) -> int:
    """Run the driver for so many trials under one arm, then resume the run a few times; print both."""
    options = _parser().parse_args(arguments)
    with sessions.opened(TABLE, arguments, options) as session, tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        file, environments = place / "nothing.py", _one_arm(options.prepared, place / "prepared")
        file.write_text(WORKLOAD, encoding="utf-8")
        words = ["--workload", str(file), "--modes", "serial,threads", "--quick", "--size", "original"]
        words += ["--workers", ",".join(map(str, range(1, CASES))), "--blocks", str(-(-options.trials // CASES))]
        words += ["--results", str(place / "results")]
        with session.measuring():
            driver_run = _drive(session, place / "samples", options.every, [str(environments), *words])
            session.say(table(driver_run.lines))
            session.say(flat(driver_run.lines))
            if driver_run.code:
                session.code = driver_run.code
                return session.code
            resumed = [_resumed(session, place, environments, file) for _ in range(options.repetitions)]
            session.say(f"Resumed, from the start of the driver to that of its first trial: {spread(resumed, 2)} s.")
        session.say(f"One driver, one arm, {CASES} cases; {TARGET}.")
    return session.code


def _parser() -> Parser:
    command_line = sessions.parser(TABLE, __doc__)
    add = command_line.add_argument
    add("--trials", type=read_positive, default=20_000, metavar="N", help="in the run (default: %(default)s)")
    add("--every", type=read_positive, default=100, metavar="N", help="trials between two looks (default: 100)")
    add("--repetitions", type=read_positive, default=3, metavar="N", help="of resuming (default: %(default)s)")
    return command_line


def _one_arm(prepared: Path, folder: Path) -> Path:
    """Return a folder in which the first interpreter alone is prepared."""
    records = sorted(prepared.glob("*.json"))
    if not records:
        message = f"No interpreter is prepared. {REMEDY}"
        raise UsageError(message)
    folder.mkdir()
    shutil.copy(records[0], folder)
    return folder


def _drive(session: Session, samples: Path, every: int, words: Sequence[str]) -> DriverRun:
    """Run the watched driver to its end; after Ctrl-C it ends its trial and makes its report."""
    samples.unlink(missing_ok=True)
    command = [sys.executable, "-m", "tests.lab.support.watched_driver", str(samples), str(every), *words]
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, start_new_session=True)
    try:
        for message in process.stdout or ():
            session.progress(message.rstrip())
    except KeyboardInterrupt:
        process.terminate()  # it ends its trial and makes its report
    process.communicate()
    lines: list[dict[str, Any]] = []
    with contextlib.suppress(FileNotFoundError):
        lines = [json.loads(line) for line in samples.read_text(encoding="utf-8").splitlines()]
    for line in lines:
        session.keep(line)
    return DriverRun(process.returncode, began, lines)


def _resumed(session: Session, place: Path, environments: Path, file: Path) -> float:
    """Take the last trials off the run's journal, resume it, and return the seconds until the first trial began."""
    run = next((place / "results").glob(f"*/{EXPERIMENT}")).parent
    journal = run / TRIALS
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(lines[:-RESUMED_TRIALS]))
    options = [str(environments), "--resume", str(run), "--workload", str(file)]
    driver_run = _drive(session, place / "resumed", 1, options)
    if not driver_run.lines:
        message = f"The run could not be resumed (exit code {driver_run.code}); see the driver's output above."
        raise UsageError(message)
    return float(driver_run.lines[0]["trial_began"]) - driver_run.began


def table(lines: Sequence[dict[str, Any]]) -> str:
    """Return ten or so of the lines as a table, evenly spread, the one after the first thousand trials among them."""
    rows = [line for line in lines if line["trials"] > 1]
    step = max(1, len(rows) // 20)
    shown = [line for number, line in enumerate(rows) if (number + 1) % step == 0 or line["trials"] == FIRST]
    header = ("trials", "memory, MB", "its peak, MB", "descriptors", "children", "zombies", "append and fsync, ms")
    return markdown_table.table(header, [_row(line) for line in shown])


def _row(line: dict[str, Any]) -> list[str]:
    counts = [str(line[name]) for name in ("descriptors", "children", "zombies")]
    memory = [f"{line[name] / 1e6:.1f}" for name in ("rss_bytes", "peak_rss_bytes")]
    return [str(line["trials"]), *memory, *counts, f"{line['append_seconds'] * 1000:.2f}"]


def flat(lines: Sequence[dict[str, Any]]) -> str:
    """Return what grew after the first thousand trials, and how long the first and the last thousand appends took."""
    first, last = (
        [line for line in lines if 1 < line["trials"] <= FIRST],
        [line for line in lines if line["trials"] > FIRST],
    )
    if not first or not last:
        return f"Too short to say what grows: {FIRST} trials and more are needed."
    base, end = first[-1], last[-1]
    grown, trials = end["rss_bytes"] - base["rss_bytes"], end["trials"] - base["trials"]
    latest = [line for line in last if line["trials"] > end["trials"] - FIRST]
    milliseconds = [
        f"{statistics.median(line['append_seconds'] for line in lines) * 1000:.2f}" for lines in (first, latest)
    ]
    peak = (end["peak_rss_bytes"] - base["peak_rss_bytes"]) / 1e6
    return (
        f"After the first {FIRST} trials memory grew by {grown / 1e6:.1f} MB, {grown / trials:.0f} bytes a trial, and "
        f"its peak by {peak:.1f} MB. An append took {milliseconds[0]} ms in the first {FIRST} and {milliseconds[1]} ms in the last."
    )
