"""Controls with a known answer: no speed-up where the GIL forbids one, a true 5 % found, identical pairs alike."""

import argparse
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from harness.analysis.results.aa_control import allowed
from harness.experiment.machine.lock import alone
from harness.experiment.process.worker_process import PreparedArm
from harness.records import Mode
from harness.selftest import judging, markdown_table, sessions, subjects
from harness.selftest.judging import Estimate
from harness.selftest.sessions import Measurement, Measurements, Parser, Session

BLOCKS = 10  # the harness gives no verdict on fewer
SPEED_UP = 1.10  # threads that share a GIL must stay below it
JOBS, MORE_JOBS = 20, 21
PASSED, FAILED, UNDECIDED = "passed", "FAILED", "undecided"
ALIKE = 0.99  # a control that fails by chance in one session of twenty would soon be ignored
ENOUGH_PAIRS = 20  # of fewer, not even one in twenty is expected to be called different
WORKERS = 2
THREADS: Mode = "threads"
SERIAL: Mode = "serial"


@dataclass(frozen=True)
class KnownAnswer:
    """One contrast with a known answer; `judge` says what an interval means for it."""

    name: str
    expected: str
    judge: Callable[[Estimate], str]
    subject: Callable[[], Measurement]
    baseline: Callable[[], Measurement]


@dataclass
class Outcomes:
    """What was measured so far; it grows, so that Ctrl-C leaves what there is."""

    controls: list[tuple[KnownAnswer, list[float]]] = field(default_factory=list)
    identical: list[list[float]] = field(default_factory=list)
    blocks: dict[str, list[Measurements]] = field(default_factory=dict)


def main(arguments: list[str]) -> int:
    """Measure the controls and print the table; 1 when one of them failed."""
    options = _parser().parse_args(arguments)
    with alone(wait=False, show=print):
        return _measure(arguments, options)


def _measure(arguments: list[str], options: argparse.Namespace) -> int:
    arms = subjects.prepared(options.prepared)
    (arm,) = subjects.chosen(arms, [options.arm])
    outcomes = Outcomes()
    with ExitStack() as stack, sessions.opened(sessions.SELFTEST, arguments, options) as session:
        with session.measuring():
            until = time.monotonic() + options.minutes * 60
            outcomes.controls += [(control, []) for control in _controls(arms, arm, stack)]
            sharpen(session, outcomes, until - options.minutes * 30)  # half of the time, at most, is theirs
            identical = subjects.short(arm, JOBS).trial
            while not outcomes.identical or time.monotonic() < until:
                number = len(outcomes.identical) + 1
                blocks = session.blocks(f"identical pair {number}", identical, identical, BLOCKS)
                outcomes.identical.append(session.ratios(blocks))
                session.progress(f"identical pair {number}, {max(0.0, until - time.monotonic()):.0f} s left")
        rows = lines(outcomes)
        session.say(markdown_table.table(("control", "expected", "seen", "blocks", "outcome"), rows))
    return 1 if any(row[-1] == FAILED for row in rows) else session.code


def _parser() -> Parser:
    command_line = sessions.parser(sessions.SELFTEST, __doc__)
    add = command_line.add_argument
    add("--minutes", type=sessions.minutes, default=5.0, metavar="N", help="how long, about (default: %(default)s)")
    add("--arm", default="3.13", metavar="LABEL", help="the arm of the 5 %% and of the identical pairs")
    return command_line


def _controls(arms: Sequence[PreparedArm], arm: PreparedArm, stack: ExitStack) -> list[KnownAnswer]:
    with_gil = [prepared for prepared in arms if prepared.arm.gil_expected]
    measured = subjects.settings(arms, "--workload", "fib")
    source = stack.enter_context(subjects.workload("fib", arms[0], measured))
    serial = subjects.calibrated(with_gil, SERIAL, 1, source, measured)
    threads = subjects.calibrated(with_gil, THREADS, WORKERS, source, measured)
    controls = [
        KnownAnswer(
            f"threads×{WORKERS} against serial, fib on {one.arm.arm.label}",
            f"no speed-up: upper bound below {SPEED_UP:.2f}",
            no_speed_up,
            many.trial,
            one.trial,
        )
        for one, many in zip(serial, threads, strict=True)
    ]
    more, fewer = subjects.short(arm, MORE_JOBS), subjects.short(arm, JOBS)
    name = f"{MORE_JOBS} jobs against {JOBS}, fib on {arm.arm.label}"
    return [*controls, KnownAnswer(name, f"slower: near {JOBS / MORE_JOBS:.3f}", slower, more.trial, fewer.trial)]


def sharpen(session: Session, outcomes: Outcomes, until: float) -> None:
    """Measure blocks of every control until each interval is within ±2 %, or the time is up, but ten at least."""
    number = 0
    while True:
        number += 1
        open_ones = [(control, ratios) for control, ratios in outcomes.controls if not _settled(ratios)]
        if not open_ones or (number > BLOCKS and time.monotonic() >= until):
            return
        for control, ratios in session.shuffled(open_ones):
            attempts = session.block(control.name, number, {"subject": control.subject, "baseline": control.baseline})
            if attempts is not None:
                blocks = outcomes.blocks.setdefault(control.name, [])
                blocks.append(attempts)
                ratios[:] = session.ratios(blocks)
        session.progress(f"controls, block {number}: {len(open_ones)} of {len(outcomes.controls)} open")


def _settled(ratios: Sequence[float]) -> bool:
    # The harness's own rule; never because an interval excludes something.
    return len(ratios) >= BLOCKS and judging.estimate(ratios).within(judging.TARGET)


def no_speed_up(ratio: Estimate) -> str:
    """Judge threads against serial where a GIL is on."""
    if ratio.low is None or ratio.high is None:
        return UNDECIDED
    if ratio.high < SPEED_UP:
        return PASSED
    return FAILED if ratio.low > SPEED_UP else UNDECIDED


def slower(ratio: Estimate) -> str:
    """Judge 5 % more work: found slower, or an interval that leaves the truth out on the side of no difference."""
    if ratio.low is None or ratio.high is None:
        return UNDECIDED
    if ratio.high < 1:
        return PASSED
    return FAILED if ratio.low > JOBS / MORE_JOBS else UNDECIDED


def alike(different: int, tries: int) -> str:
    """Judge identical pairs: no more called different than one session in a hundred would show by chance."""
    if different > allowed(tries, ALIKE):
        return FAILED
    return PASSED if tries >= ENOUGH_PAIRS else UNDECIDED


def lines(outcomes: Outcomes) -> list[list[str]]:
    """Return the table's rows: control, expected, seen, blocks, outcome."""
    rows = []
    for control, ratios in outcomes.controls:
        estimate = judging.estimate(ratios) if ratios else None
        enough = estimate is not None and len(ratios) >= BLOCKS
        outcome = control.judge(estimate) if estimate and enough else UNDECIDED
        rows.append([control.name, control.expected, markdown_table.ratio(estimate), str(len(ratios)), outcome])
    return [*rows, _alike(outcomes.identical)]


def _alike(identical: Sequence[Sequence[float]]) -> list[str]:
    tries = len(identical)
    different = sum(judging.different(ratios) for ratios in identical)
    expected = f"at most {allowed(tries, ALIKE)} of {tries} intervals exclude 1"
    seen = f"{different} of {tries}: {markdown_table.share(different, tries)}"
    return ["identical pairs", expected, seen, f"{BLOCKS} each", alike(different, tries)]
