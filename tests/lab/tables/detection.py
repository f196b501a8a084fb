"""How often ten blocks detect a true +5 %, next to what theory allows at the measured spread."""

from collections.abc import Sequence

from harness.selftest import judging, markdown_table, session, subjects
from harness.selftest.session import Parser

TABLE = "detection"
JOBS, MORE_JOBS = 20, 21
EFFECT = MORE_JOBS / JOBS
WANTED = 0.95


def main(arguments: list[str]) -> int:
    """Measure a known difference again and again and print how often the interval shows it."""
    options = _parser().parse_args(arguments)
    (arm,) = subjects.chosen(subjects.prepared(options.prepared), [options.arm])
    subject, baseline = subjects.short(arm, MORE_JOBS), subjects.short(arm, JOBS)
    found: list[list[float]] = []
    with session.opened(TABLE, arguments, options) as here:
        with here.measuring():
            for number in range(1, options.repetitions + 1):
                part = f"repetition {number}"
                found.append(here.ratios(here.blocks(part, subject.trial, baseline.trial, options.blocks)))
                here.progress(f"{part} of {options.repetitions}")
        here.say(table(found, options.blocks))
        here.say(f"The machine was {judging.state(subjects.readings_of(here.trials), found)}.")
    return here.code


def _parser() -> Parser:
    made = session.parser(TABLE, __doc__)
    add = made.add_argument
    add("--repetitions", type=session.positive, default=40, metavar="N", help="contrasts (default: %(default)s)")
    add("--blocks", type=session.positive, default=10, metavar="N", help="blocks of each (default: %(default)s)")
    add("--arm", default="3.13", metavar="LABEL", help="the arm of both sides (default: %(default)s)")
    return made


def table(found: Sequence[Sequence[float]], blocks: int) -> str:
    """Return the table of the detection rate and of what theory allows."""
    estimates = [judging.estimate(ratios) for ratios in found]
    hits = sum(each.high is not None and each.high < 1 for each in estimates)
    sd = judging.pooled_sd(found)
    every = judging.estimate([ratio for ratios in found for ratio in ratios]) if found else None
    rows = [
        ["true ratio", f"{1 / EFFECT:.3f} ({MORE_JOBS} jobs against {JOBS})"],
        ["ratio seen over all blocks", markdown_table.ratio(every)],
        ["contrasts", f"{len(found)} of {blocks} blocks each"],
        ["found slower", f"{hits}: {markdown_table.share(hits, len(found))}"],
        ["sd of the block log ratio, within contrasts", markdown_table.NONE if sd is None else f"{sd:.4f}"],
        [f"power that theory allows at this sd with {blocks} blocks", _power(sd, blocks)],
        [f"blocks that {WANTED:.0%} needs at this sd", _blocks(sd)],
    ]
    return markdown_table.table(("detection of +5 %", "seen"), rows)


def _power(sd: float | None, blocks: int) -> str:
    return markdown_table.NONE if sd is None or blocks < 2 else f"{judging.power(EFFECT, sd, blocks):.1%}"


def _blocks(sd: float | None) -> str:
    return markdown_table.NONE if sd is None else str(judging.blocks_for_power(EFFECT, sd, WANTED))
