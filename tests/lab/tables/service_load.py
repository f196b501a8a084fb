"""How much CPU time the load takes from a service: the same computes, with more and more pings next to them."""

import argparse
from collections.abc import Callable, Sequence
from statistics import median

from harness.analysis.results.latency import quantiles
from harness.experiment.machine import description
from harness.experiment.measure import service_trial
from harness.experiment.measure.service_trial import Load
from harness.experiment.measure.sites import Sites, Source
from harness.experiment.measure.trial import Counts
from harness.experiment.option_values import read_positive
from harness.experiment.plan import workload_files
from harness.experiment.plan.cases import MORE_CLIENTS
from harness.experiment.process.limits import Watch
from harness.records import Case, Mode
from harness.selftest import judging, markdown_table, sessions, subjects
from harness.selftest.sessions import Measurement, Measurements, Parser, Session
from harness.selftest.subjects import Subject
from tests.lab.support import measurement_fields

TABLE = "load"
WORKLOAD = "compute_service"
CASES: tuple[tuple[str, Mode], ...] = (("3.13", "processes"), ("3.13t", "threads"))  # what can use every CPU
BASELINE = 1.0  # seconds between two pings: next to none
PINGING_SECONDS = 1.2  # of each trial, whatever the interval: 120 pings at the usual one
INTERVALS = (BASELINE, 0.02, 0.01, 0.005, 0.0025)


def main(arguments: list[str]) -> int:
    """Measure each case with every interval between pings in interleaved blocks and print what pings cost it."""
    options = _parser().parse_args(arguments)
    measured: list[tuple[Subject, list[Measurements]]] = []
    with sessions.opened(TABLE, arguments, options) as session:
        with session.measuring():
            for subject in _subjects(options):
                blocks = _blocks(session, subject, options.blocks)
                measured += [(subject, blocks)]
        session.say(
            markdown_table.table(
                HEADER, [row for subject, blocks in measured for row in rows(session, subject, blocks)]
            )
        )
        session.say(NOTE)
    return session.code


HEADER = ("case", "a ping every", "load's share of a CPU", "computes: time with next to no pings / time", "p99, ms")
NOTE = (
    "Below 1, computes take longer because of the pings: the load's work and the server's own with them. Medians over "
    "trials, and a ratio estimated within blocks."
)


def _parser() -> Parser:
    command_line = sessions.parser(TABLE, __doc__)
    command_line.add_argument(
        "--blocks", type=read_positive, default=10, metavar="N", help="blocks (default: %(default)s)"
    )
    return command_line


def _subjects(options: argparse.Namespace) -> list[Subject]:
    arms, workers = subjects.prepared(options.prepared), description.usable_cpus()
    source = Source(workload_files.find((WORKLOAD,))[0], Sites(()), clients=workers + MORE_CLIENTS)
    counts = Counts(loops=1, values=1, warmups=1)
    settings = subjects.settings(arms, "--workload", WORKLOAD)
    return [
        Subject(arm, Case(workload=WORKLOAD, mode=mode, workers=workers), source, settings, counts)
        for label, mode in CASES
        for arm in subjects.chosen(arms, [label])
    ]


def _blocks(session: Session, subject: Subject, count: int) -> list[Measurements]:
    timers = {name(interval): _timer(subject, interval) for interval in INTERVALS}
    blocks: list[Measurements] = []
    for number in range(1, count + 1):
        block = session.block(str(subject.case), number, timers)
        blocks += [block] if block is not None else []
        session.progress(f"{subject.case} on {subject.arm.arm.label}: block {number} of {count}")
    return blocks


def _timer(subject: Subject, every_seconds: float) -> Callable[[], Measurement]:
    load = Load(subject.source.clients or 0, every_seconds, pings=max(1, round(PINGING_SECONDS / every_seconds)))
    watch = Watch(subject.settings.timeout_seconds)

    def run() -> Measurement:
        return subject.measurement(service_trial.run(subject.arm, measurement_fields.order(subject), load, watch))

    return run


def rows(session: Session, subject: Subject, blocks: Sequence[Measurements]) -> list[list[str]]:
    """Return a row for each interval, the widest first."""
    lines = []
    for interval in INTERVALS:
        measurements = [block[name(interval)] for block in blocks]
        trials = [measurement.trial for measurement in measurements if measurement.trial is not None]
        served = [(trial, trial.service) for trial in trials if trial.service is not None]
        pairs = [{"subject": block[name(interval)], "baseline": block[name(BASELINE)]} for block in blocks]
        ratio = judging.estimate(session.ratios(pairs)) if pairs and interval != BASELINE else None
        share = [service.load_cpu_seconds / trial.mean_seconds("whole") for trial, service in served]
        p99 = [1000 * seconds for _, service in served for which, seconds in quantiles(service) if which == "ping p99"]
        shown = [
            f"{median(numbers):{form}}" if numbers else markdown_table.NONE
            for numbers, form in ((share, ".0%"), (p99, ".1f"))
        ]
        lines.append(
            [
                f"{subject.case} on {subject.arm.arm.label}",
                name(interval),
                shown[0],
                markdown_table.ratio(ratio),
                shown[1],
            ]
        )
    return lines


def name(every_seconds: float) -> str:
    """Return an interval as a reader sees it."""
    return f"{1000 * every_seconds:g} ms"
