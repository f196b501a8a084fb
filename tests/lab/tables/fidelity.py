"""Whether the harness's whole is what a plain script takes: each case against a hand-timed script, within blocks."""

import argparse
import statistics
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace

from harness import ROOT
from harness.experiment.option_values import read_positive
from harness.experiment.process.environment import environment
from harness.records import Mode
from harness.selftest import judging, markdown_table, sessions, subjects
from harness.selftest.sessions import Measurement, Parser, Session
from harness.selftest.subjects import Subject
from tests.lab.support import child_process, measurement_fields, spread_and_power

TABLE = "fidelity"
TOLERANCE = 0.02
SCRIPTS = {"fib": ROOT / "docs" / "plain_fib.py", "download": ROOT / "docs" / "plain_download.py"}
# The workload hashes its pages, which is 4 % of an asyncio round.
SAME_WORK: dict[str, list[str]] = {"fib": [], "download": ["--digest"]}
CASES: dict[str, tuple[tuple[Mode, int], ...]] = {
    "fib": (("serial", 1), ("threads", 2), ("processes", 2)),
    "download": (("serial", 1), ("threads", 20), ("processes", 20), *(("asyncio", n) for n in (20, 40))),
}
# The tutorial starts a task for each job, all at once. To have twenty in progress a script uses a semaphore,
# or starts twenty tasks that take turns, as the harness does.
WAYS = {("asyncio", 20): ("asyncio", "asyncio-workers"), ("asyncio", 40): ("asyncio-at-once",)}


@dataclass
class Course:
    """One case under one arm with the plain ways it is held against; ratios are plain / harness, and grow."""

    subject: Subject
    ratios: dict[str, list[float]]
    harness_seconds: list[float] = field(default_factory=list)
    canaries: list[float] = field(default_factory=list)


def main(arguments: list[str]) -> int:
    """Time every case both ways in interleaved blocks and print the ratios."""
    options = _parser().parse_args(arguments)
    courses: list[Course] = []
    with ExitStack() as stack, sessions.opened(TABLE, arguments, options) as session:
        with session.measuring():
            courses += _courses(options, stack)
            for number in range(1, options.blocks + 1):
                for course in session.shuffled(courses):
                    _measure(session, course, number)
                session.progress(f"block {number} of {options.blocks}")
        session.say(table(courses))
        session.say(note(courses))
    return session.code


def _parser() -> Parser:
    command_line = sessions.parser(TABLE, __doc__)
    add = command_line.add_argument
    add("--blocks", type=read_positive, default=20, metavar="N", help="blocks (default: %(default)s)")
    add("--workload", choices=list(CASES), help="one of the two workloads (default: both)")
    add("--arms", default="3.13,3.13t", metavar="LABEL,LABEL", help="the arms (default: %(default)s)")
    add("--values", type=read_positive, default=1, metavar="N", help="values of a trial (default: %(default)s)")
    return command_line


def _courses(options: argparse.Namespace, stack: ExitStack) -> Iterator[Course]:
    arms = subjects.chosen(subjects.prepared(options.prepared), options.arms.split(","))
    for workload in (name for name in CASES if options.workload in (None, name)):
        measured = subjects.settings(arms, "--workload", workload)
        source = stack.enter_context(subjects.workload(workload, arms[0], measured))
        for mode, workers in CASES[workload]:
            for subject in subjects.calibrated(arms, mode, workers, source, measured):
                # One loop a value: a plain script stamps each of its rounds.
                counts = replace(subject.counts, loops=1, values=options.values)
                yield Course(replace(subject, counts=counts), {way: [] for way in WAYS.get((mode, workers), (mode,))})


def _measure(session: Session, course: Course, number: int) -> None:
    scripts = {way: plain(course.subject, way) for way in course.ratios}
    measurements = session.block(_name(course), number, {"harness": course.subject.trial, **scripts})
    if measurements is None:
        return
    course.harness_seconds.append(measurements["harness"].seconds)
    course.canaries += measurement_fields.canaries(measurements["harness"])
    for way, ratios in course.ratios.items():
        ratios.append(measurements[way].seconds / measurements["harness"].seconds)


def plain(subject: Subject, way: str) -> Callable[[], Measurement]:
    """Return what runs the plain script in the conditions of a trial, with as many warm-ups and rounds."""
    script = SCRIPTS[subject.case.workload]
    counts = ["--warmups", str(subject.counts.warmups), "--rounds", str(subject.counts.values)]
    command = [str(subject.arm.python), str(script), *subject.source.sites.urls, "--way", way, *counts]
    command += SAME_WORK[subject.case.workload]

    def run() -> Measurement:
        end = child_process.run(command, environment(subject.arm.arm.python_gil))
        if end.failed is not None:
            return Measurement(0.0, end.elapsed_seconds, failed=end.failed)
        rounds = [float(word) for word in end.output.split()]
        return Measurement(statistics.fmean(rounds) / 1000, end.elapsed_seconds, {"round_milliseconds": rounds})

    return run


def _name(course: Course) -> str:
    return f"{course.subject.case} on {course.subject.arm.arm.label}"


def table(courses: Sequence[Course]) -> str:
    """Return the ratios plain / harness, one line for each plain way."""
    rows = []
    for course in courses:
        for way, ratios in course.ratios.items():
            ratio = judging.estimate(ratios) if ratios else None
            seconds = judging.estimate(course.harness_seconds).point if ratios else None
            shown = markdown_table.NONE if seconds is None else f"{seconds * 1000:.1f}"
            rows.append([_name(course), way, str(len(ratios)), shown, markdown_table.ratio(ratio), verdict(ratio)])
    header = ("case", "plain way", "blocks", "harness, ms", "plain / harness", "within ±2 %")
    return markdown_table.table(header, rows)


def verdict(ratio: judging.Estimate | None) -> str:
    """Return whether the interval is within ±2 % of 1, outside, or neither."""
    if ratio is None or ratio.low is None or ratio.high is None:
        return markdown_table.NONE
    if ratio.low >= 1 - TOLERANCE and ratio.high <= 1 + TOLERANCE:
        return "yes"
    return "no" if ratio.high < 1 - TOLERANCE or ratio.low > 1 + TOLERANCE else "undecided"


def note(courses: Sequence[Course]) -> str:
    """Return what the ratios mean, and whether the machine was quiet."""
    readings = [reading for course in courses for reading in course.canaries]
    ratios = [of_way for course in courses for of_way in course.ratios.values()]
    return (
        "Above 1 the plain script takes longer. Both sides take the same warm-ups and rounds in a fresh process each, "
        f"in the same environment; the machine was {spread_and_power.state(readings, ratios)}."
    )
