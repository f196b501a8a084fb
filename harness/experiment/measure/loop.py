"""The measuring loop: blocks of trials, each trial in the journal before the next one starts."""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import BinaryIO

import msgspec

from harness.analysis.results.contrasts import primaries
from harness.analysis.samples.history import History
from harness.analysis.samples.readings import undisturbed_values
from harness.analysis.samples.suspensions import place, spanned
from harness.analysis.stopping import due, reason_to_stop
from harness.analysis.values_per_process import replanned
from harness.experiment.machine.suspension import Pulse
from harness.experiment.measure import schedule, trial
from harness.experiment.measure.schedule import Turn
from harness.experiment.measure.trial import Bench
from harness.experiment.progress import Progress
from harness.records import Side, Surroundings, Trial
from harness.runs import journal

# A value without an undisturbed one is measured again at the end of its block, this often at most: with the machine in
# its fast state half the time, three attempts of two values leave a place in a hundred without one.
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
    to_repeat = _cut_off if experiment.provisional else _disturbed
    for attempt in range(1, 1 + REPEATS):
        for turn in to_repeat(turns, history, block, attempt):
            progress.trial(turn.side)
            yield _in_time(pulse, bench, replace(turn, attempt=attempt))


def _disturbed(turns: Sequence[Turn], history: History, block: int, attempt: int) -> list[Turn]:
    """Return the turns of a block that were tried `attempt` times and have no value that nothing disturbed."""
    tried = [trial for trial in history.of_block if trial.block == block]
    fast = history.fast_seconds(before=attempt)
    count = Counter(trial.side for trial in tried)
    cut_off = spanned(tried)
    settled = {
        trial.side
        for trial in tried
        if trial.status != "ok" or (undisturbed_values(trial, fast) and place(trial) not in cut_off)
    }
    return [turn for turn in turns if count[turn.side] == attempt and turn.side not in settled]


def _cut_off(turns: Sequence[Turn], history: History, block: int, attempt: int) -> list[Turn]:
    """Return those that were tried `attempt` times and cut off by a standstill: a quick run repeats no others."""
    tried = [trial for trial in history.of_block if trial.block == block]
    cut_off = spanned(tried)
    count = Counter(trial.side for trial in tried)
    return [turn for turn in turns if count[turn.side] == attempt and (block, turn.side, attempt - 1) in cut_off]


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
