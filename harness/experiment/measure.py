"""The measuring loop: blocks of trials, each trial in the journal before the next one starts."""

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO

import msgspec

from harness.analysis.contrasts import contrasts
from harness.analysis.stopping import reason_to_stop
from harness.experiment import blocks, journal
from harness.experiment.blocks import Turn
from harness.experiment.calibrate import run
from harness.experiment.progress import Progress
from harness.experiment.sites import Source
from harness.experiment.trials import Outcome, PreparedArm
from harness.records import Experiment, Server, Side, Trial

FAILURES_IN_A_ROW = 3  # after which a side leaves the run: it would only cost the others their time


@dataclass(frozen=True)
class Bench:
    """Everything the loop needs and never changes."""

    experiment: Experiment
    arms: dict[str, PreparedArm]
    sources: dict[str, Source]


def measure(bench: Bench, file: BinaryIO, before: Sequence[Trial], progress: Progress) -> str:
    """Measure block after block until there is a reason to stop, and return it; `before` are a resumed run's trials."""
    experiment = bench.experiment
    done = list(before)
    began = time.monotonic() - sum(trial.elapsed_seconds for trial in before)
    while True:
        block = _whole_blocks(experiment, done)
        estimated = contrasts(experiment, done)
        elapsed = time.monotonic() - began
        progress.block_done(block, estimated, elapsed)
        reason = reason_to_stop(experiment.settings, estimated, block, elapsed)
        if reason is None and not _alive(experiment, done):
            reason = "every case failed three times in a row" if experiment.cases else "no case could be calibrated"
        if reason is not None:
            return reason
        for trial in _measure_block(bench, block + 1, done, progress):
            journal.append(file, trial)
            done.append(trial)


def _measure_block(bench: Bench, block: int, done: list[Trial], progress: Progress) -> Iterable[Trial]:
    there = {trial.side for trial in done if trial.block == block}
    left_out = there | set(given_up_sides(done))
    for turn in blocks.order(bench.experiment.cases, list(bench.arms), bench.experiment.settings.seed, block):
        if turn.side not in left_out:
            progress.trial(turn.side)
            yield _measure_turn(bench, turn)


def _measure_turn(bench: Bench, turn: Turn) -> Trial:
    arm, planned, settings = bench.arms[turn.arm], turn.planned, bench.experiment.settings
    counts = {"loops": planned.loops, "values": planned.values, "warmups": planned.warmups}
    started_at = datetime.now(UTC).isoformat(timespec="milliseconds")
    outcome, seen = run(arm, bench.sources[planned.case.workload], planned.case, settings, counts)
    return record(turn, outcome, started_at, seen)


def record(turn: Turn, outcome: Outcome, started_at: str = "", seen: Server | None = None) -> Trial:
    """Make the journal's record of one trial; what the worker returned is validated here, once."""
    frame = {
        **msgspec.structs.asdict(turn.side),
        "block": turn.block,
        "order": turn.number,
        "loops": turn.planned.loops,
        "status": outcome.status,
        "reason": outcome.reason,
        "elapsed_seconds": outcome.elapsed_seconds,
        "started_at": started_at,
        "server": seen,
    }
    return msgspec.convert({**frame, **(outcome.done or {})}, Trial)


def given_up_sides(done: Iterable[Trial]) -> list[Side]:
    """Return the sides whose last three trials failed."""
    failures: Counter[Side] = Counter()
    for trial in done:
        failures[trial.side] = 0 if trial.status == "ok" else failures[trial.side] + 1
    return [side for side, count in failures.items() if count >= FAILURES_IN_A_ROW]


def _whole_blocks(experiment: Experiment, done: Sequence[Trial]) -> int:
    """How many blocks from 1 up are complete: nothing of them is left to measure."""
    sides = {planned.case.under(arm.label) for planned in experiment.cases for arm in experiment.arms}
    sides -= set(given_up_sides(done))
    there: dict[int, set[Side]] = {}
    for trial in done:
        there.setdefault(trial.block, set()).add(trial.side)
    block = 0
    while sides and sides <= there.get(block + 1, set()):
        block += 1
    return block


def _alive(experiment: Experiment, done: Sequence[Trial]) -> bool:
    sides = {planned.case.under(arm.label) for planned in experiment.cases for arm in experiment.arms}
    return bool(sides - set(given_up_sides(done)))
