"""What a trial costs outside its values and warm-up, and which share of a CPU the driver uses meanwhile."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from harness import ROOT
from harness.errors import UsageError
from harness.experiment.option_values import read_positive
from harness.experiment.process.environment import environment
from harness.experiment.process.worker_process import PreparedArm
from harness.selftest import markdown_table, sessions, subjects
from harness.selftest.sessions import Measurement, Parser, Session
from harness.selftest.subjects import Subject
from tests.lab.support import child_process, measurement_fields

TABLE = "overhead"
TARGET_MILLISECONDS = {False: 150, True: 200}  # by whether the build is free-threaded
EMPTY_WORKER = """
import pyperf
runner = pyperf.Runner()
runner.parse_args(["--worker", "--quiet", "--loops=1", "--values=1", "--warmups=0"])
runner.bench_time_func("empty", lambda loops: 1e-3)
"""
START, IMPORT, EMPTY, TRIAL = "python -c pass", "import pyperf", "almost empty pyperf worker", "trial, its own part"
SCRIPTS = {START: "pass", IMPORT: "import pyperf", EMPTY: EMPTY_WORKER}


@dataclass
class Driver:
    """The driver's own CPU time at moments of a run: (its line, wall seconds, CPU seconds); it grows."""

    moments: list[tuple[str, float, float]] = field(default_factory=list)


def main(arguments: list[str]) -> int:
    """Time the parts of a trial under every arm, then watch the driver over a short run; print both."""
    options = _parser().parse_args(arguments)
    arms = subjects.prepared(options.prepared)
    seconds_by_part: dict[tuple[str, str], list[float]] = {}
    driver = Driver()
    with sessions.opened(TABLE, arguments, options) as session:
        with session.measuring():
            measured = subjects.settings(arms, "--workload", "fib")
            with subjects.workload("fib", arms[0], measured) as source:
                cases = subjects.calibrated(arms, "serial", 1, source, measured)
            timers = {(case.arm.arm.label, part): timer for case in cases for part, timer in _timers(case).items()}
            for number in range(1, options.repetitions + 1):
                _block(session, number, timers, seconds_by_part)
            if options.driver_blocks:
                _watch(session, options.prepared, options.driver_blocks, driver)
        session.say(table(seconds_by_part, [prepared.arm.label for prepared in arms], targets(arms)))
        session.say(driver_share(driver))
    return session.code


def _parser() -> Parser:
    command_line = sessions.parser(TABLE, __doc__)
    add = command_line.add_argument
    add("--repetitions", type=read_positive, default=20, metavar="N", help="of each process (default: %(default)s)")
    add("--driver-blocks", type=int, default=3, metavar="N", help="blocks of fib for the driver's share (0: leave out)")
    return command_line


def targets(arms: Sequence[PreparedArm]) -> dict[str, int]:
    """Return the milliseconds that a trial's own part may take under each arm."""
    return {prepared.arm.label: TARGET_MILLISECONDS[prepared.arm.build.free_threaded] for prepared in arms}


def _timers(case: Subject) -> dict[str, Callable[[], Measurement]]:
    def own_part() -> Measurement:
        whole = case.trial()
        if whole.failed:
            return whole
        return Measurement(own_seconds(whole, case.counts.loops), whole.elapsed_seconds, whole.raw)

    def process(script: str) -> Callable[[], Measurement]:
        def run() -> Measurement:
            end = child_process.run([str(case.arm.python), "-c", script], environment(case.arm.arm.python_gil))
            return Measurement(end.elapsed_seconds, end.elapsed_seconds, failed=end.failed)

        return run

    return {**{part: process(script) for part, script in SCRIPTS.items()}, TRIAL: own_part}


def own_seconds(whole: Measurement, loops: int) -> float:
    """Return a trial's seconds outside its values, its warm-up and its canaries."""
    values = sum(measurement_fields.whole_seconds(value) * loops for value in whole.raw["values"])
    warmup = float(whole.raw["warmup_seconds"])
    return whole.elapsed_seconds - values - warmup - sum(measurement_fields.canaries(whole))


def _block(
    session: Session,
    number: int,
    timers: Mapping[tuple[str, str], Callable[[], Measurement]],
    seconds_by_part: dict[tuple[str, str], list[float]],
) -> None:
    named = {f"{part} on {arm}": timer for (arm, part), timer in timers.items()}
    block = session.block("processes", number, named)
    if block is not None:
        for arm, part in timers:
            seconds_by_part.setdefault((arm, part), []).append(block[f"{part} on {arm}"].seconds)
    session.progress(f"repetition {number}")


def _watch(session: Session, prepared: Path, blocks: int, driver: Driver) -> None:
    """Run fib and note the driver's own CPU time, without its children's, whenever it prints how far it is."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "harness", "measure", str(prepared), "--workload", "fib"]
        began = time.monotonic()
        process = subprocess.Popen(
            [*command, "--blocks", str(blocks), "--results", folder],
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            start_new_session=True,
        )
        try:
            for line in process.stdout or ():
                if line.startswith(("calibrating", "block", "Done")):
                    driver.moments.append((line.strip(), time.monotonic() - began, _cpu_seconds(process.pid)))
                    session.keep({"part": "driver", "moment": driver.moments[-1]})
                    session.progress(f"driver: {line.strip()}")
        except BaseException:
            process.terminate()  # it ends its trial and makes its report
            raise
        finally:
            process.communicate()


def _cpu_seconds(pid: int) -> float:
    try:
        # proc_pid_stat(5): fields 14 and 15 are the process's own user and system time, in clock ticks.
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError as error:
        message = "This system has no /proc to read the driver's CPU time from. Leave it out with --driver-blocks 0."
        raise UsageError(message) from error
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def table(
    seconds_by_part: Mapping[tuple[str, str], Sequence[float]], arms: Sequence[str], allowed: Mapping[str, int]
) -> str:
    """Return the medians in milliseconds with their quartiles, arms across, above what a trial may cost."""
    rows = [[part, *(_median(seconds_by_part.get((arm, part), ())) for arm in arms)] for part in (*SCRIPTS, TRIAL)]
    rows.append(["target for a trial's own part", *(f"{allowed[arm]}" for arm in arms)])
    return markdown_table.table(("milliseconds, median [quartiles]", *arms), rows)


def _median(seconds: Sequence[float]) -> str:
    if not seconds:
        return markdown_table.NONE
    shown = f"{statistics.median(seconds) * 1000:.0f}"
    if len(seconds) < 2:
        return f"{shown} (measured once)"
    low, _, high = statistics.quantiles(seconds, n=4, method="inclusive")
    return f"{shown} [{low * 1000:.0f}, {high * 1000:.0f}]"


def driver_share(driver: Driver) -> str:
    """Return what share of a CPU the driver took from its first trial to its last, and what it took before."""
    moments = driver.moments
    if not moments or not moments[-1][0].startswith("Done") or len(moments) < 2:
        return "The driver's own CPU share was not measured."
    (_, began, before), (_, end, after) = moments[0], moments[-1]
    spent, seconds = after - before, end - began
    return (
        f"While it measured, the driver itself took {spent / seconds:.2%} of one CPU ({spent:.2f} s of {seconds:.0f} "
        f"s, seen once, to the 0.01 s that the system counts in; target under 1 %), and {before:.2f} s of CPU before "
        "its first trial."
    )
