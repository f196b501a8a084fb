"""Time to an interval of ±2 %: this harness, pyperf's default runs made valid, and one pair of them.

Both measure the same whole of the same jobs. A block of the harness is two trials; a pair of pyperf's is two default
runs, and counts as one block, because values of one process, or of one run, are not independent.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from harness.experiment.process.worker_process import PreparedArm
from harness.records import Mode
from harness.selftest import judging, markdown_table, sessions, subjects
from harness.selftest.sessions import Measurement, Measurements, Parser, Session, Timers
from harness.selftest.subjects import Subject
from tests.lab.support import measurement_fields, number_text, pyperf_runs, spread_and_power

TABLE = "time-to-target"
MINIMUM_BLOCKS = 10  # the harness's own rule for a verdict
MINIMUM_PAIRS = 3  # generous to pyperf: the same rule with fewer blocks
HARNESS, PYPERF = "this harness", "pyperf, runs paired"


@dataclass(frozen=True)
class Question:
    """A contrast to be known within the target: two sides as (mode, workers, arm)."""

    name: str
    workload: str
    subject: tuple[Mode, int, str]
    baseline: tuple[Mode, int, str]


QUESTIONS = (
    Question("fib, threads×2: 3.13t against 3.13", "fib", ("threads", 2, "3.13t"), ("threads", 2, "3.13")),
    Question(
        "download on 3.13t: asyncio×20 against threads×20",
        "download",
        ("asyncio", 20, "3.13t"),
        ("threads", 20, "3.13t"),
    ),
)


@dataclass
class Course:
    """How far one way of measuring has come with one question; it grows, so that Ctrl-C leaves what there is."""

    question: str
    how: str
    minimum: int
    seconds: float = 0.0
    ratios: list[float] = field(default_factory=list)
    canaries: list[float] = field(default_factory=list)
    blocks: list[Measurements] = field(default_factory=list)

    @property
    def reached(self) -> bool:
        """Whether the interval is within the target, with as many blocks as the rule wants."""
        return len(self.ratios) >= self.minimum and judging.estimate(self.ratios).within(judging.TARGET)


def main(arguments: list[str]) -> int:
    """Measure both contrasts in both ways and print how long each took."""
    options = _parser().parse_args(arguments)
    arms = subjects.prepared(options.prepared)
    labels = dict.fromkeys(side[2] for question in QUESTIONS for side in (question.subject, question.baseline))
    subjects.chosen(arms, list(labels))
    courses: list[Course] = []
    with sessions.opened(TABLE, arguments, options) as session:
        with session.measuring():
            for question in QUESTIONS:
                if options.only in (None, question.workload):
                    _answer(session, question, arms, options, courses)
        session.say(table(courses))
        session.say("\n".join(states(courses)))
    return session.code


def _parser() -> Parser:
    command_line = sessions.parser(TABLE, __doc__)
    add = command_line.add_argument
    add("--minutes", type=sessions.minutes, default=10.0, metavar="N", help="the harness's cap for each contrast")
    add("--pyperf-minutes", type=sessions.minutes, default=20.0, metavar="N", help="pyperf's cap for each contrast")
    add("--only", choices=[question.workload for question in QUESTIONS], help="one of the two contrasts")
    return command_line


def _answer(
    session: Session,
    question: Question,
    arms: Sequence[PreparedArm],
    options: argparse.Namespace,
    courses: list[Course],
) -> None:
    measured = subjects.settings(arms, "--workload", question.workload)
    (free,) = subjects.chosen(arms, [question.subject[2]])
    with subjects.workload(question.workload, free, measured) as source, tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        sides: dict[str, Subject] = {}
        # A case is calibrated under the arms of both sides, and its slowest decides for both, as in a run.
        both = subjects.chosen(arms, sorted({question.subject[2], question.baseline[2]}))
        for name, (mode, workers, label) in (("subject", question.subject), ("baseline", question.baseline)):
            candidates = subjects.calibrated(both, mode, workers, source, measured)
            sides[name] = next(subject for subject in candidates if subject.arm.arm.label == label)
        courses.append(Course(question.name, HARNESS, MINIMUM_BLOCKS))
        _until_target(session, courses[-1], {name: side.trial for name, side in sides.items()}, began, options.minutes)
        courses.append(Course(question.name, PYPERF, MINIMUM_PAIRS))
        runs = {name: _pyperf(side, Path(folder), name) for name, side in sides.items()}
        _until_target(session, courses[-1], runs, time.monotonic(), options.pyperf_minutes)


def _pyperf(side: Subject, folder: Path, name: str) -> Callable[[], Measurement]:
    def run() -> Measurement:
        return pyperf_runs.default_run(side, folder / f"{name}-{time.monotonic_ns()}.json")

    return run


def _until_target(session: Session, course: Course, timers: Timers, began: float, cap_minutes: float) -> None:
    number = 0
    course.seconds = time.monotonic() - began
    while not course.reached and course.seconds < cap_minutes * 60:
        number += 1
        block = session.block(f"{course.question}; {course.how}", number, timers)
        course.seconds = time.monotonic() - began
        if block is None:
            continue
        course.blocks.append(block)
        course.ratios = session.ratios(course.blocks)
        course.canaries += [
            reading for measurement in block.values() for reading in measurement_fields.canaries(measurement)
        ]
        width = number_text.percent(spread_and_power.half_width(judging.estimate(course.ratios)))
        session.progress(f"{course.question}; {course.how}: block {number}, {width}")


def table(courses: list[Course]) -> str:
    """Return the table of how long it took, one line for each way; and for pyperf one for a single pair of runs."""
    rows = []
    for course in courses:
        rows.append(_row(course))
        if course.how == PYPERF:
            rows.append(_single(course))
    return markdown_table.table(
        ("contrast", "measured by", "blocks", "wall time", "ratio", "interval", "±2 % reached"), rows
    )


def _row(course: Course) -> list[str]:
    ratio = judging.estimate(course.ratios) if course.ratios else None
    marked = len(course.blocks) - len(course.ratios)
    count = f"{len(course.ratios)} of {len(course.blocks)}" if marked > 0 else str(len(course.ratios))
    width = number_text.percent(spread_and_power.half_width(ratio) if ratio else None)
    cells = [
        course.question,
        course.how,
        count,
        number_text.clock(course.seconds),
        markdown_table.ratio(ratio),
        width,
    ]
    return [*cells, "yes" if course.reached else extrapolation(course)]


def extrapolation(course: Course) -> str:
    """Return how long it would take at the sd of its ratios; marked, because it was not waited for."""
    sd = spread_and_power.sd_of_logs(course.ratios)
    if sd is None:
        return "no; too few blocks to extrapolate from"
    likely = (sd, *spread_and_power.sd_interval(sd, len(course.ratios) - 1))
    blocks, fewest, most = (spread_and_power.blocks_for_width(spread, minimum=course.minimum) for spread in likely)
    block_seconds = course.seconds / len(course.ratios)
    span = f"[{number_text.clock(fewest * block_seconds)}, {number_text.clock(most * block_seconds)}]"
    return (
        f"no; extrapolated from the sd of {sd:.3f}: {blocks} blocks, {number_text.clock(blocks * block_seconds)} {span}"
    )


def _single(course: Course) -> list[str]:
    sd = spread_and_power.sd_of_logs(course.ratios)
    start = [course.question, "pyperf, one default run of each side", "1"]
    if sd is None:
        return [
            *start,
            markdown_table.NONE,
            markdown_table.NONE,
            markdown_table.NONE,
            "no; one pair alone has no interval",
        ]
    width = number_text.percent(spread_and_power.width_of_one(sd, len(course.ratios) - 1))
    seconds = number_text.clock(course.seconds / len(course.ratios))
    return [
        *start,
        seconds,
        markdown_table.NONE,
        width,
        f"no; its valid interval, from the sd of {sd:.3f} between pairs",
    ]


def states(courses: list[Course]) -> list[str]:
    """Return a line for each way that says how quiet the machine was."""
    return [
        f"- {course.question}; {course.how}: the machine was {spread_and_power.state(course.canaries, [course.ratios])}."
        for course in courses
    ]
