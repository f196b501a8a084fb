"""The measuring loop: blocks of trials, each trial in the journal before the next one starts."""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, BinaryIO

import msgspec

from harness.analysis.results.contrasts import primaries
from harness.analysis.samples.history import History
from harness.analysis.samples.readings import undisturbed_values
from harness.analysis.samples.suspensions import place, spanned
from harness.analysis.stopping import due, reason_to_stop
from harness.analysis.values_per_process import replanned
from harness.experiment.machine.suspension import Pulse
from harness.experiment.measure import schedule
from harness.experiment.measure.schedule import Turn
from harness.experiment.measure.sites import Source
from harness.experiment.plan.calibrate import run
from harness.experiment.process.worker_process import Outcome, PreparedArm
from harness.experiment.progress import Progress
from harness.records import Experiment, Server, Side, Surroundings, Trial
from harness.runs import journal

# A value without an undisturbed one is measured again at the end of its block, this often at most: with the machine in
# its fast state half the time, three attempts of two values leave a place in a hundred without one.
REPEATS = 2


@dataclass(frozen=True)
class Bench:
    """Everything the loop needs and never changes."""

    experiment: Experiment
    arms: dict[str, PreparedArm]
    sources: dict[str, Source]


def measure(bench: Bench, file: BinaryIO, before: Sequence[Trial], progress: Progress) -> str:
    """Measure block after block until there is a reason to stop, and return it; `before` are a resumed run's trials.

    A block depends on the blocks before it alone, so a resumed run continues with the block it was interrupted in.
    """
    experiment = bench.experiment
    done = History(experiment, (trial for trial in before if trial.purpose == "time"))
    del before
    began = time.monotonic() - done.elapsed_seconds
    block = done.block
    while True:
        estimated = primaries(experiment, done.readings(block))
        elapsed = time.monotonic() - began
        progress.block_done(block - 1, estimated, elapsed)
        gone = set(done.given_up_sides())
        open_ones = [each for each in estimated if not gone & {each.subject, each.baseline}]  # the others stay as wide
        sides = due(experiment, open_ones, block - 1) - gone
        reason = reason_to_stop(experiment.settings, open_ones, block - 1, elapsed)
        if reason is None and not sides:
            reason = "every case failed three times in a row" if experiment.cases else "no case could be calibrated"
        if reason is not None:
            return reason
        for trial in _measure_block(bench, block, sides, done, progress):
            journal.append(file, trial)
            done.add(trial)
        block += 1


def _measure_block(
    bench: Bench, block: int, sides: frozenset[Side], done: History, progress: Progress
) -> Iterator[Trial]:
    experiment = bench.experiment
    arms = [arm.label for arm in experiment.arms]
    planned = replanned(experiment, done.pilot, block)
    turns = schedule.order(planned, arms, experiment.settings.seed, block, experiment.control)
    turns = [turn for turn in turns if turn.side in sides]
    there = {trial.side for trial in done.of_block if trial.block == block}
    pulse = Pulse()
    for turn in turns:
        if turn.side not in there:
            progress.trial(turn.side)
            yield _in_time(pulse, bench, turn)
    for attempt in range(1, 1 + REPEATS):
        again = (_cut_off if experiment.provisional else _disturbed)(turns, done, block, attempt)
        for turn in again:
            progress.trial(turn.side)
            yield _in_time(pulse, bench, replace(turn, attempt=attempt))


def _disturbed(turns: Sequence[Turn], done: History, block: int, attempt: int) -> list[Turn]:
    """Return the turns of a block that were tried `attempt` times and have no value that nothing disturbed."""
    tried = [trial for trial in done.of_block if trial.block == block]
    # Repetitions do not move the limit, so a run that was interrupted among them resumes with the same turns.
    fast = done.fast_seconds()
    count = Counter(trial.side for trial in tried)
    cut_off = spanned(tried)
    settled = {
        trial.side
        for trial in tried
        if trial.status != "ok" or (undisturbed_values(trial, fast) and place(trial) not in cut_off)
    }
    return [turn for turn in turns if count[turn.side] == attempt and turn.side not in settled]


def _cut_off(turns: Sequence[Turn], done: History, block: int, attempt: int) -> list[Turn]:
    """Return those that were tried `attempt` times and cut off by a standstill: a quick run repeats no others."""
    tried = [trial for trial in done.of_block if trial.block == block]
    cut_off, count = spanned(tried), Counter(trial.side for trial in tried)
    return [turn for turn in turns if count[turn.side] == attempt and (block, turn.side, attempt - 1) in cut_off]


def _in_time(pulse: Pulse, bench: Bench, turn: Turn) -> Trial:
    """Measure a turn; a standstill between it and the one before in its block is added to its own."""
    stood_still = pulse.missed_seconds()
    trial = _measure_turn(bench, turn)
    pulse.beat()
    if not stood_still:
        return trial
    around = trial.surroundings or Surroundings()
    total = round((around.suspended_seconds or 0.0) + stood_still, 1)
    return msgspec.structs.replace(trial, surroundings=msgspec.structs.replace(around, suspended_seconds=total))


def _measure_turn(bench: Bench, turn: Turn) -> Trial:
    control, planned, settings = bench.experiment.control, turn.planned, bench.experiment.settings
    arm = bench.arms[control.of if control is not None and turn.arm == control.label else turn.arm]
    counts = {"loops": planned.loops, "values": planned.values, "warmups": planned.warmups}
    started_at = datetime.now(UTC).isoformat(timespec="milliseconds")
    outcome, seen = run(arm, bench.sources[planned.case.workload], planned.case, settings, counts)
    return record(turn, outcome, started_at, seen)


def record(turn: Turn, outcome: Outcome, started_at: str = "", seen: Server | None = None) -> Trial:
    """Make the journal's record of one trial; what the worker returned is validated here, once."""
    done = outcome.done or {}
    frame = {
        **msgspec.structs.asdict(turn.side),
        "block": turn.block,
        "order": turn.number,
        "attempt": turn.attempt,
        "loops": turn.planned.loops,
        "status": outcome.status,
        "reason": outcome.reason,
        "elapsed_seconds": outcome.elapsed_seconds,
        "started_at": started_at,
        "server": seen,
        "surroundings": _beside(outcome.surroundings, _helping_cpu_seconds(seen, done.get("service"))),
    }
    return msgspec.convert({**frame, **done}, Trial)


def _helping_cpu_seconds(seen: Server | None, service: dict[str, Any] | None) -> float:
    """Return what the local server, or the load on a service, worked: it belongs to the trial."""
    return (seen.cpu_seconds if seen else 0.0) + (service["load_whole_cpu_seconds"] if service else 0.0)


def _beside(around: Surroundings | None, helping_cpu_seconds: float) -> Surroundings | None:
    """Take what belongs to the trial off what was worked beside it."""
    if around is None or around.other_cpu_seconds is None:
        return around
    return msgspec.structs.replace(around, other_cpu_seconds=around.other_cpu_seconds - helping_cpu_seconds)
