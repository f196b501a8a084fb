"""How often identical things are called different: by this harness, and by pyperf's default runs and compare_to."""

import argparse
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from harness.analysis.results.verdicts import SMALLEST_EFFECT
from harness.experiment.option_values import read_positive
from harness.records import Trial
from harness.selftest import judging, markdown_table, sessions, subjects
from harness.selftest.sessions import Parser, Session
from harness.selftest.subjects import Subject
from tests.lab.support import measurement_fields, number_text, pyperf_runs, spread_and_power
from tests.lab.support.case_options import add_case

TABLE = "false-positives"
JOBS = 80
APART_SECONDS = 300.0


@dataclass(frozen=True)
class Run:
    """One default run of pyperf: its file, and when it began and ended, in seconds of one clock."""

    file: Path
    began: float
    end: float


@dataclass
class Answers:
    """What was measured so far; it grows, so that Ctrl-C leaves what there is."""

    contrasts: list[list[float]]
    measured: list[list[float]]
    runs: list[Run]
    verdicts: dict[str, list[bool]]
    seconds: float = 0.0
    pyperf_seconds: float = 0.0


ADJACENT, APART = "one after the other", "5 minutes apart"


def main(arguments: list[str]) -> int:
    """Judge identical pairs in both ways and print how many were called different."""
    options = _parser().parse_args(arguments)
    (arm,) = subjects.chosen(subjects.prepared(options.prepared), [options.arm])
    subject = subjects.short(arm, JOBS, options.mode, options.workers)
    answers = Answers([], [], [], {ADJACENT: [], APART: []})
    with sessions.opened(TABLE, arguments, options) as session, tempfile.TemporaryDirectory() as folder:
        with session.measuring():
            _harness(session, subject, options, answers)
            _pyperf(session, subject, options, answers, Path(folder))
        with session.measuring():  # after Ctrl-C too: what was measured is judged
            for name, apart_seconds in ((ADJACENT, 0.0), (APART, APART_SECONDS)):
                _judge(session, name, pairs(answers.runs, apart_seconds), answers)
        session.say(table(answers, options.blocks))
        session.say(note(answers, options.blocks, session.trials))
        session.say(effect_of_canaries(answers, session.trials))
    return session.code


def _parser() -> Parser:
    command_line = sessions.parser(TABLE, __doc__)
    add = command_line.add_argument
    add("--contrasts", type=read_positive, default=200, metavar="N", help="A/A contrasts (default: %(default)s)")
    add("--blocks", type=read_positive, default=10, metavar="N", help="blocks of each (default: %(default)s)")
    add_case(command_line)
    add("--pyperf-minutes", type=sessions.minutes, metavar="N", help="pyperf's time (default: what the harness took)")
    return command_line


def _harness(session: Session, subject: Subject, options: argparse.Namespace, answers: Answers) -> None:
    began = time.monotonic()
    for number in range(1, options.contrasts + 1):
        # Both sides are one and the same: whatever is called a difference here is a false one.
        blocks = session.blocks(f"contrast {number}", subject.trial, subject.trial, options.blocks)
        answers.contrasts.append(session.ratios(blocks))
        answers.measured.append([block["baseline"].seconds / block["subject"].seconds for block in blocks])
        answers.seconds = time.monotonic() - began
        session.progress(f"contrast {number} of {options.contrasts}")


def _pyperf(session: Session, subject: Subject, options: argparse.Namespace, answers: Answers, folder: Path) -> None:
    began = time.monotonic()
    seconds = answers.seconds if options.pyperf_minutes is None else options.pyperf_minutes * 60
    while len(answers.runs) < 2 or answers.pyperf_seconds < seconds:
        number = len(answers.runs) + 1
        file = folder / f"{number}.json"
        started = time.monotonic()
        block = session.block("pyperf", number, {"run": partial(pyperf_runs.default_run, subject, file)})
        answers.pyperf_seconds = time.monotonic() - began
        if block is not None:
            answers.runs.append(Run(file, started, time.monotonic()))
        session.progress(f"pyperf run {number}, {answers.pyperf_seconds:.0f} of {seconds:.0f} s")


def pairs(runs: Sequence[Run], apart_seconds: float) -> list[tuple[Run, Run]]:
    """Return disjoint pairs, so that they are independent: each free run with the first free one that far after it.

    With 0 seconds these are the first and second, the third and fourth, and so on. A pair that is half as far apart
    again as it should be is left out.
    """
    free = list(runs)
    disjoint = []
    while free:
        first = free.pop(0)
        later = [run for run in free if run.began - first.end >= apart_seconds]
        if later and (not apart_seconds or later[0].began - first.end <= 1.5 * apart_seconds):
            disjoint.append((first, later[0]))
            free.remove(later[0])
    return disjoint


def _judge(session: Session, name: str, run_pairs: Sequence[tuple[Run, Run]], answers: Answers) -> None:
    for first, second in run_pairs:
        verdict = pyperf_runs.called_different(first.file, second.file)
        session.keep({"part": f"compare_to, {name}", "pair": [first.file.stem, second.file.stem], "different": verdict})
        answers.verdicts[name].append(verdict)


def table(answers: Answers, blocks: int) -> str:
    """Return the table of how many identical pairs were called different."""
    excluded = [judging.estimate(ratios) for ratios in answers.contrasts if judging.different(ratios)]
    beyond = [estimate for estimate in excluded if abs(estimate.point - 1) > SMALLEST_EFFECT]
    count = len(answers.contrasts)
    name = f"this harness, {blocks} blocks: "
    measured = sum(map(judging.different, answers.measured))
    lines = [
        (f"{name}interval excludes 1", len(excluded), count, answers.seconds),
        (f"{name}that, and further from 1 than {SMALLEST_EFFECT:.1%}", len(beyond), count, answers.seconds),
        (
            "the same trials as measured, without the canaries: interval excludes 1",
            measured,
            len(answers.measured),
            answers.seconds,
        ),
        *(
            (f"pyperf compare_to, default runs {name}", sum(verdicts), len(verdicts), answers.pyperf_seconds)
            for name, verdicts in answers.verdicts.items()
        ),
    ]
    rows = [
        [what, str(tries), str(hits), markdown_table.share(hits, tries), number_text.clock(spent)]
        for what, hits, tries, spent in lines
    ]
    return markdown_table.table(("judged by", "identical pairs", "called different", "share", "machine time"), rows)


def effect_of_canaries(answers: Answers, trials: Sequence[Trial]) -> str:
    """Return a sentence on what the canaries did to the spread, and what they cost."""
    plain, adjusted = spread_and_power.pooled_sd(answers.measured), spread_and_power.pooled_sd(answers.contrasts)
    if plain is None or adjusted is None:
        return "Too little was measured to show what the canaries gain."
    bias = judging.estimate([ratio for ratios in answers.contrasts for ratio in ratios])
    points = [judging.estimate(ratios).point for ratios in answers.contrasts]
    share = sum(trial.canaries_seconds or 0 for trial in trials) / sum(trial.elapsed_seconds for trial in trials)
    return (
        f"Canaries: the sd of the block log ratio is {adjusted:.4f} adjusted by them and {plain:.4f} as measured, so the "
        f"time to an interval of the same width is {(adjusted / plain) ** 2:.2f} times what it would be. They took "
        f"{share:.2%} of the time in trials. Over all identical blocks the ratio is {markdown_table.ratio(bias)}; "
        f"contrasts lie between {min(points):.3f} and {max(points):.3f}."
    )


def note(answers: Answers, blocks: int, trials: Sequence[Trial]) -> str:
    """Return what an honest 95 % interval should show, and whether the machine was quiet."""
    sd = spread_and_power.pooled_sd(answers.contrasts)
    spread = "unknown" if sd is None else f"{sd:.4f}"
    return (
        f"A 95 % interval excludes 1 for 5 % of identical pairs. The sd of the block log ratio within contrasts of "
        f"{blocks} blocks was {spread}; the machine was {spread_and_power.state(measurement_fields.canaries_of(trials), answers.contrasts)}."
    )
