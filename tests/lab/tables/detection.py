"""How often ten blocks detect a true +5 %, next to what theory allows at the measured spread."""

from collections.abc import Sequence

from harness.experiment.option_values import read_positive
from harness.selftest import judging, markdown_table, sessions, subjects
from harness.selftest.sessions import Parser
from tests.lab.support import measurement_fields, spread_and_power
from tests.lab.support.case_options import add_case

TABLE = "detection"
JOBS, MORE_JOBS = 80, 84  # what two workers, and four, can share equally
EFFECT = MORE_JOBS / JOBS
WANTED = 0.95


def main(arguments: list[str]) -> int:
    """Measure a known difference again and again and print how often the interval shows it."""
    options = _parser().parse_args(arguments)
    (arm,) = subjects.chosen(subjects.prepared(options.prepared), [options.arm])
    subject, baseline = (subjects.short(arm, jobs, options.mode, options.workers) for jobs in (MORE_JOBS, JOBS))
    repetitions: list[list[float]] = []
    with sessions.opened(TABLE, arguments, options) as session:
        with session.measuring():
            for number in range(1, options.repetitions + 1):
                part = f"repetition {number}"
                repetitions.append(session.ratios(session.blocks(part, subject.trial, baseline.trial, options.blocks)))
                session.progress(f"{part} of {options.repetitions}")
        session.say(table(repetitions, options.blocks))
        session.say(
            f"The machine was {spread_and_power.state(measurement_fields.canaries_of(session.trials), repetitions)}."
        )
    return session.code


def _parser() -> Parser:
    command_line = sessions.parser(TABLE, __doc__)
    add = command_line.add_argument
    add("--repetitions", type=read_positive, default=40, metavar="N", help="contrasts (default: %(default)s)")
    add("--blocks", type=read_positive, default=10, metavar="N", help="blocks of each (default: %(default)s)")
    add_case(command_line)
    return command_line


def table(repetitions: Sequence[Sequence[float]], blocks: int) -> str:
    """Return the table of the detection rate and of what theory allows."""
    estimates = [judging.estimate(ratios) for ratios in repetitions]
    slower = sum(estimate.high is not None and estimate.high < 1 for estimate in estimates)
    sd = spread_and_power.pooled_sd(repetitions)
    overall = judging.estimate([ratio for ratios in repetitions for ratio in ratios]) if repetitions else None
    rows = [
        ["true ratio of the work", f"{1 / EFFECT:.3f} ({MORE_JOBS} jobs against {JOBS})"],
        ["ratio seen over all blocks", markdown_table.ratio(overall)],
        ["contrasts", f"{len(repetitions)} of {blocks} blocks each"],
        ["found slower", f"{slower}: {markdown_table.share(slower, len(repetitions))}"],
        ["sd of the block log ratio, within contrasts", markdown_table.NONE if sd is None else f"{sd:.4f}"],
        [f"power that theory allows at this sd with {blocks} blocks", _power(sd, blocks)],
        [f"blocks that {WANTED:.0%} needs at this sd", _blocks(sd)],
    ]
    return markdown_table.table(("detection of +5 %", "seen"), rows)


def _power(sd: float | None, blocks: int) -> str:
    return markdown_table.NONE if sd is None or blocks < 2 else f"{spread_and_power.power(EFFECT, sd, blocks):.1%}"


def _blocks(sd: float | None) -> str:
    return markdown_table.NONE if sd is None else str(spread_and_power.blocks_for_power(EFFECT, sd, WANTED))
