"""The measuring loop: blocks of trials, each trial in the journal before the next one starts."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import BinaryIO

import msgspec

from harness.analysis.results.contrasts import primaries
from harness.analysis.samples.history import History
from harness.analysis.samples.suspensions import spanned
from harness.analysis.stopping import due, reason_to_stop
from harness.analysis.values_per_process import replanned
from harness.experiment.machine.suspension import Pulse
from harness.experiment.measure import schedule, trial
from harness.experiment.measure.schedule import Turn
from harness.experiment.measure.trial import Bench
from harness.experiment.progress import Progress
from harness.records import Side, Surroundings, Trial
from harness.runs import journal

# A trial that a suspended machine cut off from its block is measured again at the block's end, this often at most.
# Nothing is measured again because it was slow: that takes time from other blocks (docs/statistics.md).
REPEATS = 2


def measure(bench: Bench, file: BinaryIO, before: Sequence[Trial], progress: Progress) -> str:
    """Measure block after block until there is a reason to stop, and return it; `before` are a resumed run's trials.

    A block depends on the blocks before it alone, so a resumed run continues with the block it was interrupted in.
    """
    experiment = bench.experiment
    history = History(experiment, (trial for trial in before if trial.purpose == "time"))
    del before
    began = time.monotonic() - history.elapsed_seconds
    block = history.block
    while True:
        estimated = primaries(experiment, history.readings(block))
        elapsed = time.monotonic() - began
        progress.block_done(block - 1, estimated, elapsed)
        given_up = set(history.given_up_sides())
        # The others stay as wide as they are.
        open_ones = [primary for primary in estimated if not given_up & {primary.subject, primary.baseline}]
        sides = due(experiment, open_ones, block - 1) - given_up
        reason = reason_to_stop(experiment.settings, open_ones, block - 1, elapsed)
        if reason is None and not sides:
            reason = "every case failed three times in a row" if experiment.cases else "no case could be calibrated"
        if reason is not None:
            return reason
        for measured in _measure_block(bench, block, sides, history, progress):
            journal.append(file, measured)
            history.add(measured)
        block += 1


def _measure_block(
    bench: Bench, block: int, sides: frozenset[Side], history: History, progress: Progress
) -> Iterator[Trial]:
    experiment = bench.experiment
    arms = [arm.label for arm in experiment.arms]
    planned = replanned(experiment, history.pilot, block)
    turns = schedule.order(planned, arms, experiment.settings.seed, block, experiment.control)
    turns = [turn for turn in turns if turn.side in sides]
    measured = {trial.side for trial in history.of_block if trial.block == block}
    pulse = Pulse()
    for turn in turns:
        if turn.side not in measured:
            progress.trial(turn.side)
            yield _in_time(pulse, bench, turn)
    for attempt in range(1, 1 + REPEATS):
        for turn in _cut_off(turns, history, block, attempt):
            progress.trial(turn.side)
            yield _in_time(pulse, bench, replace(turn, attempt=attempt))


def _cut_off(turns: Sequence[Turn], history: History, block: int, attempt: int) -> list[Turn]:
    """Return the turns of a block that a standstill cut off in the attempt before, and that have not had this one yet.

    They depend on earlier attempts alone, so a run that was interrupted among them resumes with the same turns.
    """
    of_block = [trial for trial in history.of_block if trial.block == block]
    cut_off = spanned(trial for trial in of_block if trial.attempt < attempt)
    measured = {trial.side for trial in of_block if trial.attempt == attempt}
    return [turn for turn in turns if (block, turn.side, attempt - 1) in cut_off and turn.side not in measured]


def _in_time(pulse: Pulse, bench: Bench, turn: Turn) -> Trial:
    """Measure a turn; a standstill between it and the one before in its block is added to its own."""
    stood_still = pulse.missed_seconds()
    measured = trial.measure(bench, turn)
    pulse.beat()
    if not stood_still:
        return measured
    surroundings = measured.surroundings or Surroundings()
    total = round((surroundings.suspended_seconds or 0.0) + stood_still, 1)
    surroundings = msgspec.structs.replace(surroundings, suspended_seconds=total)
    return msgspec.structs.replace(measured, surroundings=surroundings)
