"""How long the report of a large run takes, and how reading grows with the journal."""

import statistics
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from harness.experiment.option_values import read_positive
from harness.experiment.process.environment import environment
from harness.selftest import markdown_table, sessions
from harness.selftest.sessions import Measurement, Parser
from tests.lab.support import child_process, synthetic_runs

TABLE = "scale"
TARGET = "target: under 5 s and 500 MB"
REPORT, PHASES_OF_IT = "report, a fresh process", "its phases"
SHARES = (4, 2, 1)  # of the journal, to see how reading grows
# The report is a process of its own, and is known to this room only as one.
PHASES = """
import sys, time
from pathlib import Path
from harness.report.results import derive
from harness.report.render import render
from harness.runs import read_journal
run = Path(sys.argv[1])
moments = [time.perf_counter()]
read_journal(run); moments.append(time.perf_counter())
results = derive(run); moments.append(time.perf_counter())
render(results, run); moments.append(time.perf_counter())
read, derived, rendered = (after - before for before, after in zip(moments, moments[1:]))
print(read, derived - read, rendered)
"""
READ = """
import sys, time
from pathlib import Path
from harness.runs import read_journal
began = time.perf_counter()
read_journal(Path(sys.argv[1]))
print(time.perf_counter() - began)
"""


def main(arguments: list[str]) -> int:
    """Write synthetic runs, time the report of the whole one and the reading of all of them, and print both."""
    options = _parser().parse_args(arguments)
    blocks = max(SHARES[0], options.trials // synthetic_runs.TRIALS_IN_A_BLOCK)
    measurements: dict[str, list[Measurement]] = {}
    with sessions.opened(TABLE, arguments, options) as session, tempfile.TemporaryDirectory() as folder:
        with session.measuring():
            runs = {share: Path(folder, str(share)) for share in SHARES}
            counts = {share: synthetic_runs.write(run, blocks // share) for share, run in runs.items()}
            session.progress(f"{counts[1]} trials are written")
            timers = {REPORT: _report(runs[1]), PHASES_OF_IT: _phases(runs[1])}
            timers |= {f"reading {counts[share]} trials": _read(run) for share, run in runs.items()}
            for number in range(1, options.repetitions + 1):
                for name, measurement in (session.block("scale", number, timers) or {}).items():
                    measurements.setdefault(name, []).append(measurement)
                session.progress(f"repetition {number} of {options.repetitions}")
        session.say(table(measurements))
        session.say(f"A journal of {blocks * synthetic_runs.TRIALS_IN_A_BLOCK} synthetic trials; {TARGET}.")
    return session.code


def _parser() -> Parser:
    command_line = sessions.parser(TABLE, __doc__)
    add = command_line.add_argument
    add("--trials", type=read_positive, default=100_000, metavar="N", help="in the journal (default: %(default)s)")
    add("--repetitions", type=read_positive, default=3, metavar="N", help="of each process (default: %(default)s)")
    return command_line


def _report(run: Path) -> Callable[[], Measurement]:
    return _process(["-m", "harness", "report", str(run)])


def _phases(run: Path) -> Callable[[], Measurement]:
    return _process(["-c", PHASES, str(run)], phases=("read", "estimate and check", "render"))


def _read(run: Path) -> Callable[[], Measurement]:
    return _process(["-c", READ, str(run)], phases=("read",))


def _process(words: list[str], phases: Sequence[str] = ()) -> Callable[[], Measurement]:
    def run() -> Measurement:
        end = child_process.run([sys.executable, *words], environment(None))
        if end.failed is not None:
            return Measurement(0.0, end.elapsed_seconds, failed=end.failed)
        seconds = dict(zip(phases, map(float, end.output.split()), strict=True)) if phases else {}
        kept = {"peak_rss_bytes": end.peak_rss_bytes, "phase_seconds": seconds}
        return Measurement(sum(seconds.values()) or end.elapsed_seconds, end.elapsed_seconds, kept)

    return run


def table(measurements: Mapping[str, Sequence[Measurement]]) -> str:
    """Return wall seconds and peak memory, one line for the report, its phases and each size that was read."""
    rows = []
    for name, repetitions in measurements.items():
        if name == PHASES_OF_IT:
            start = [measurement.elapsed_seconds - measurement.seconds for measurement in repetitions]
            rows.append(["of it: start and imports", spread(start, 2), ""])
            for phase in repetitions[0].raw["phase_seconds"]:
                seconds = [measurement.raw["phase_seconds"][phase] for measurement in repetitions]
                rows.append([f"of it: {phase}", spread(seconds, 2), ""])
            continue
        # Only a large process says something of its own peak: the one of a small one is this process's.
        peak = [measurement.raw["peak_rss_bytes"] / 1e6 for measurement in repetitions] if name == REPORT else []
        rows.append(
            [name, spread([measurement.seconds for measurement in repetitions], 2), spread(peak, 0) if peak else ""]
        )
    return markdown_table.table(("what", "seconds, median [range]", "peak memory, MB"), sorted(rows, key=_place))


def _place(row: Sequence[str]) -> tuple[int, str]:
    # Blocks are taken in random order; the table has the report first, then its phases, then what is read by size.
    order = (REPORT, "of it: start", "of it: read", "of it: estimate", "of it: render", "reading")
    place = next(number for number, start in enumerate(order) if row[0].startswith(start))
    return place, row[0].rjust(40)


def spread(numbers: Sequence[float], digits: int) -> str:
    """Return the median and, where there is more than one, the range."""
    shown = f"{statistics.median(numbers):.{digits}f}"
    if len(numbers) == 1:
        return f"{shown} (measured once)"
    return f"{shown} [{min(numbers):.{digits}f}, {max(numbers):.{digits}f}]"
