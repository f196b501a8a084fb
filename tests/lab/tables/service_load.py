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
from harness.experiment.plan import workload_files
from harness.experiment.plan.cases import MORE_CLIENTS
from harness.experiment.process.limits import Watch
from harness.records import Case, Mode
from harness.selftest import judging, markdown_table, session, subjects
from harness.selftest.session import Attempts, Parser, Sitting, Taken
from harness.selftest.subjects import Subject

TABLE = "load"
WORKLOAD = "compute_service"
CASES: tuple[tuple[str, Mode], ...] = (("3.13", "processes"), ("3.13t", "threads"))  # what can use every CPU
BASELINE = 1.0  # seconds between two pings: next to none
INTERVALS = (BASELINE, 0.02, 0.01, 0.005, 0.0025)


def main(arguments: list[str]) -> int:
    """Measure each case with every interval between pings in interleaved blocks and print what pings cost it."""
    options = _parser().parse_args(arguments)
    found: list[tuple[Subject, list[Attempts]]] = []
    with session.opened(TABLE, arguments, options) as here:
        with here.measuring():
            for subject in _subjects(options):
                blocks = _blocks(here, subject, options.blocks)
                found += [(subject, blocks)]
        here.say(
            markdown_table.table(HEADER, [row for subject, blocks in found for row in rows(here, subject, blocks)])
        )
        here.say(NOTE)
    return here.code


HEADER = ("case", "a ping every", "load's share of a CPU", "computes: time with next to no pings / time", "p99, ms")
NOTE = (
    "Below 1, computes take longer because of the pings: the load's work and the server's own with them. Medians over "
    "trials, and a ratio estimated within blocks."
)


def _parser() -> Parser:
    made = session.parser(TABLE, __doc__)
    made.add_argument("--blocks", type=session.positive, default=10, metavar="N", help="blocks (default: %(default)s)")
    return made


def _subjects(options: argparse.Namespace) -> list[Subject]:
    every, workers = subjects.prepared(options.prepared), description.usable_cpus()
    source = Source(workload_files.find((WORKLOAD,))[0], Sites(()), clients=workers + MORE_CLIENTS)
    counts = Counts(loops=1, values=1, warmups=1)
    settings = subjects.settings(every, "--workload", WORKLOAD)
    return [
        Subject(arm, Case(workload=WORKLOAD, mode=mode, workers=workers), source, settings, counts)
        for label, mode in CASES
        for arm in subjects.chosen(every, [label])
    ]


def _blocks(here: Sitting, subject: Subject, count: int) -> list[Attempts]:
    takers = {name(every): _taker(subject, every) for every in INTERVALS}
    found = []
    for number in range(1, count + 1):
        block = here.settled(str(subject.case), number, takers)
        found += [block] if block is not None else []
        here.progress(f"{subject.case} on {subject.arm.arm.label}: block {number} of {count}")
    return found


def _taker(subject: Subject, every_seconds: float) -> Callable[[], Taken]:
    load = Load(subject.source.clients or 0, every_seconds)
    watch = Watch(subject.settings.timeout_seconds)

    def take() -> Taken:
        return subject.taken(service_trial.run(subject.arm, subject.order, load, watch))

    return take


def rows(here: Sitting, subject: Subject, blocks: Sequence[Attempts]) -> list[list[str]]:
    """Return a row for each interval, the widest first."""
    made = []
    for every in INTERVALS:
        trials = [taken.trial for block in blocks for taken in block[name(every)] if taken.trial is not None]
        served = [(trial, trial.service) for trial in trials if trial.service is not None]
        pairs = [{"subject": block[name(every)], "baseline": block[name(BASELINE)]} for block in blocks]
        ratio = judging.estimate(here.ratios(pairs)) if pairs and every != BASELINE else None
        share = [seen.load_cpu_seconds / trial.mean_seconds("whole") for trial, seen in served]
        p99 = [1000 * seconds for _, seen in served for which, seconds in quantiles(seen) if which == "ping p99"]
        shown = [
            f"{median(each):{form}}" if each else markdown_table.NONE for each, form in ((share, ".0%"), (p99, ".1f"))
        ]
        made.append(
            [f"{subject.case} on {subject.arm.arm.label}", name(every), shown[0], markdown_table.ratio(ratio), shown[1]]
        )
    return made


def name(every_seconds: float) -> str:
    """Return an interval as a reader sees it."""
    return f"{1000 * every_seconds:g} ms"
