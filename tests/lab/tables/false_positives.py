"""How often identical things are called different: by this harness, and by pyperf's default runs and compare_to."""

import argparse
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from harness.analysis.results.contrasts import LEAST_FLOOR
from harness.records import Trial
from harness.selftest import judging, markdown_table, session, subjects
from harness.selftest.session import Parser, Sitting
from harness.selftest.subjects import Subject
from tests.lab.support import pyperf_runs

TABLE = "false-positives"
JOBS = 20
APART_SECONDS = 300.0


@dataclass(frozen=True)
class Run:
    """One default run of pyperf: its file, and when it began and ended, in seconds of one clock."""

    file: Path
    began: float
    ended: float


@dataclass
class Found:
    """What was measured so far; it grows, so that Ctrl-C leaves what there is."""

    contrasts: list[list[float]]
    unfiltered: list[list[float]]
    runs: list[Run]
    verdicts: dict[str, list[bool]]
    seconds: float = 0.0
    pyperf_seconds: float = 0.0


ADJACENT, APART = "one after the other", "5 minutes apart"


def main(arguments: list[str]) -> int:
    """Judge identical pairs in both ways and print how many were called different."""
    options = _parser().parse_args(arguments)
    (arm,) = subjects.chosen(subjects.prepared(options.prepared), [options.arm])
    subject = subjects.short(arm, JOBS)
    found = Found([], [], [], {ADJACENT: [], APART: []})
    with session.opened(TABLE, arguments, options) as here, tempfile.TemporaryDirectory() as folder:
        with here.measuring():
            _harness(here, subject, options, found)
            _pyperf(here, subject, options, found, Path(folder))
        with here.measuring():  # after Ctrl-C too: what was measured is judged
            for name, apart_seconds in ((ADJACENT, 0.0), (APART, APART_SECONDS)):
                _judge(here, name, pairs(found.runs, apart_seconds), found)
        here.say(table(found, options.blocks))
        here.say(note(found, options.blocks, here.trials))
        here.say(saved(found, here.trials))
    return here.code


def _parser() -> Parser:
    made = session.parser(TABLE, __doc__)
    add = made.add_argument
    add("--contrasts", type=session.positive, default=200, metavar="N", help="A/A contrasts (default: %(default)s)")
    add("--blocks", type=session.positive, default=10, metavar="N", help="blocks of each (default: %(default)s)")
    add("--arm", default="3.13", metavar="LABEL", help="the arm of both sides (default: %(default)s)")
    add("--pyperf-minutes", type=session.minutes, metavar="N", help="pyperf's time (default: what the harness took)")
    return made


def _harness(here: Sitting, subject: Subject, options: argparse.Namespace, found: Found) -> None:
    began = time.monotonic()
    for number in range(1, options.contrasts + 1):
        # Both sides are one and the same: whatever is called a difference here is a false one.
        blocks = here.blocks(f"contrast {number}", subject.trial, subject.trial, options.blocks)
        found.contrasts.append(here.ratios(blocks))
        found.unfiltered.append([block["baseline"][0].seconds / block["subject"][0].seconds for block in blocks])
        found.seconds = time.monotonic() - began
        here.progress(f"contrast {number} of {options.contrasts}")


def _pyperf(here: Sitting, subject: Subject, options: argparse.Namespace, found: Found, folder: Path) -> None:
    began = time.monotonic()
    seconds = found.seconds if options.pyperf_minutes is None else options.pyperf_minutes * 60
    while len(found.runs) < 2 or found.pyperf_seconds < seconds:
        number = len(found.runs) + 1
        file = folder / f"{number}.json"
        started = time.monotonic()
        taken = here.block("pyperf", number, {"run": partial(pyperf_runs.default_run, subject, file)})
        found.pyperf_seconds = time.monotonic() - began
        if taken is not None:
            found.runs.append(Run(file, started, time.monotonic()))
        here.progress(f"pyperf run {number}, {found.pyperf_seconds:.0f} of {seconds:.0f} s")


def pairs(runs: Sequence[Run], apart_seconds: float) -> list[tuple[Run, Run]]:
    """Return disjoint pairs, so that they are independent: each free run with the first free one that far after it.

    With 0 seconds these are the first and second, the third and fourth, and so on. A pair that is half as far apart
    again as it should be is left out.
    """
    free = list(runs)
    found = []
    while free:
        first = free.pop(0)
        later = [run for run in free if run.began - first.ended >= apart_seconds]
        if later and (not apart_seconds or later[0].began - first.ended <= 1.5 * apart_seconds):
            found.append((first, later[0]))
            free.remove(later[0])
    return found


def _judge(here: Sitting, name: str, chosen: Sequence[tuple[Run, Run]], found: Found) -> None:
    for first, second in chosen:
        verdict = pyperf_runs.called_different(first.file, second.file)
        here.keep({"part": f"compare_to, {name}", "pair": [first.file.stem, second.file.stem], "different": verdict})
        found.verdicts[name].append(verdict)


def table(found: Found, blocks: int) -> str:
    """Return the table of how many identical pairs were called different."""
    excluded = [judging.estimate(ratios) for ratios in found.contrasts if judging.different(ratios)]
    beyond = [each for each in excluded if abs(each.point - 1) > LEAST_FLOOR]
    count = len(found.contrasts)
    name = f"this harness, {blocks} blocks: "
    unfiltered = sum(map(judging.different, found.unfiltered))
    lines = [
        (f"{name}interval excludes 1", len(excluded), count, found.seconds),
        (f"{name}that, and further from 1 than {LEAST_FLOOR:.1%}", len(beyond), count, found.seconds),
        (
            "the same trials without marks and repetitions: interval excludes 1",
            unfiltered,
            len(found.unfiltered),
            found.seconds,
        ),
        *(
            (f"pyperf compare_to, default runs {name}", sum(verdicts), len(verdicts), found.pyperf_seconds)
            for name, verdicts in found.verdicts.items()
        ),
    ]
    rows = [
        [what, str(tries), str(hits), markdown_table.share(hits, tries), markdown_table.clock(spent)]
        for what, hits, tries, spent in lines
    ]
    return markdown_table.table(("judged by", "identical pairs", "called different", "share", "machine time"), rows)


def saved(found: Found, trials: Sequence[Trial]) -> str:
    """Say what marks and repetitions did to the spread, and what they cost or saved."""
    plain, filtered = judging.pooled_sd(found.unfiltered), judging.pooled_sd(found.contrasts)
    first = 2 * sum(map(len, found.unfiltered))
    if plain is None or filtered is None or not first:
        return "Too little was measured to tell what marks and repetitions do."
    bias = judging.estimate([ratio for ratios in found.contrasts for ratio in ratios])
    taken = [judging.estimate(ratios).point for ratios in found.contrasts]
    cost = len(trials) / first * sum(map(len, found.unfiltered)) / sum(map(len, found.contrasts))
    share = sum(trial.canaries_seconds or 0 for trial in trials) / sum(trial.elapsed_seconds for trial in trials)
    return (
        f"Marks and repetitions: {len(trials) - first} of {len(trials)} trials are repetitions; the sd of the block "
        f"log ratio is {filtered:.4f} with them and {plain:.4f} without, so the time to an interval of the same width "
        f"is {(filtered / plain) ** 2 * cost:.2f} times what it would be. The canaries took {share:.2%} of the time "
        f"in trials. Over all identical blocks the ratio is {markdown_table.ratio(bias)}; contrasts lie between {min(taken):.3f} "
        f"and {max(taken):.3f}."
    )


def note(found: Found, blocks: int, trials: Sequence[Trial]) -> str:
    """Say what an honest 95 % interval should show, and what the machine was like."""
    sd = judging.pooled_sd(found.contrasts)
    spread = "unknown" if sd is None else f"{sd:.4f}"
    return (
        f"A 95 % interval excludes 1 for 5 % of identical pairs. The sd of the block log ratio within contrasts of "
        f"{blocks} blocks was {spread}; the machine was {judging.state(subjects.readings_of(trials), found.contrasts)}."
    )
