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
from harness.experiment.process.environment import environment
from harness.experiment.process.worker_process import PreparedArm
from harness.selftest import markdown_table, session, subjects
from harness.selftest.session import Parser, Sitting, Taken
from harness.selftest.subjects import Subject
from tests.lab.support import child_process

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
    """The driver's own CPU time at moments of a run: (what was said, wall seconds, CPU seconds); it grows."""

    moments: list[tuple[str, float, float]] = field(default_factory=list)


def main(arguments: list[str]) -> int:
    """Time the parts of a trial under every arm, then watch the driver over a short run; print both."""
    options = _parser().parse_args(arguments)
    every = subjects.prepared(options.prepared)
    found: dict[tuple[str, str], list[float]] = {}
    driver = Driver()
    with session.opened(TABLE, arguments, options) as here:
        with here.measuring():
            measured = subjects.settings(every, "--workload", "fib")
            with subjects.workload("fib", every[0], measured) as source:
                cases = subjects.calibrated(every, "serial", 1, source, measured)
            takers = {(case.arm.arm.label, part): taker for case in cases for part, taker in _takers(case).items()}
            for number in range(1, options.repetitions + 1):
                _block(here, number, takers, found)
            if options.driver_blocks:
                _watch(here, options.prepared, options.driver_blocks, driver)
        here.say(table(found, [each.arm.label for each in every], targets(every)))
        here.say(driver_share(driver))
    return here.code


def _parser() -> Parser:
    made = session.parser(TABLE, __doc__)
    add = made.add_argument
    add("--repetitions", type=session.positive, default=20, metavar="N", help="of each process (default: %(default)s)")
    add("--driver-blocks", type=int, default=3, metavar="N", help="blocks of fib for the driver's share (0: leave out)")
    return made


def targets(every: Sequence[PreparedArm]) -> dict[str, int]:
    """Return the milliseconds that a trial's own part may take under each arm."""
    return {each.arm.label: TARGET_MILLISECONDS[each.arm.build.free_threaded] for each in every}


def _takers(case: Subject) -> dict[str, Callable[[], Taken]]:
    def own_part() -> Taken:
        taken = case.trial()
        return taken if taken.failed else Taken(own_seconds(taken, case.counts.loops), taken.elapsed_seconds, taken.raw)

    def process(script: str) -> Callable[[], Taken]:
        def run() -> Taken:
            ended = child_process.run([str(case.arm.python), "-c", script], environment(case.arm.arm.python_gil))
            return Taken(ended.elapsed_seconds, ended.elapsed_seconds, failed=ended.failed)

        return run

    return {**{part: process(script) for part, script in SCRIPTS.items()}, TRIAL: own_part}


def own_seconds(taken: Taken, loops: int) -> float:
    """Return a trial's seconds outside its values, its warm-up and its canaries."""
    values = sum(subjects.whole_seconds(value) * loops for value in taken.raw["values"])
    warmup = float(taken.raw["warmup_seconds"])
    return taken.elapsed_seconds - values - warmup - sum(subjects.canaries(taken))


def _block(
    here: Sitting,
    number: int,
    takers: Mapping[tuple[str, str], Callable[[], Taken]],
    found: dict[tuple[str, str], list[float]],
) -> None:
    named = {f"{part} on {arm}": taker for (arm, part), taker in takers.items()}
    block = here.block("processes", number, named)
    if block is not None:
        for arm, part in takers:
            found.setdefault((arm, part), []).append(block[f"{part} on {arm}"].seconds)
    here.progress(f"repetition {number}")


def _watch(here: Sitting, prepared: Path, blocks: int, driver: Driver) -> None:
    """Run fib and note the driver's own CPU time, without its children's, whenever it says how far it is."""
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
                    here.keep({"part": "driver", "moment": driver.moments[-1]})
                    here.progress(f"driver: {line.strip()}")
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


def table(found: Mapping[tuple[str, str], Sequence[float]], arms: Sequence[str], allowed: Mapping[str, int]) -> str:
    """Return the medians in milliseconds with their quartiles, arms across, above what a trial may cost."""
    rows = [[part, *(_median(found.get((arm, part), ())) for arm in arms)] for part in (*SCRIPTS, TRIAL)]
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
    """Say what share of a CPU the driver took from its first trial to its last, and what it took before."""
    moments = driver.moments
    if not moments or not moments[-1][0].startswith("Done") or len(moments) < 2:
        return "The driver's own CPU share was not measured."
    (_, began, before), (_, ended, after) = moments[0], moments[-1]
    spent, seconds = after - before, ended - began
    return (
        f"While it measured, the driver itself took {spent / seconds:.2%} of one CPU ({spent:.2f} s of {seconds:.0f} "
        f"s, seen once, to the 0.01 s that the system counts in; target under 1 %), and {before:.2f} s of CPU before "
        "its first trial."
    )
