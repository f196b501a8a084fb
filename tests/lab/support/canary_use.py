"""What may be done with canaries: leave them alone, mark and repeat, leave marked blocks out, or adjust by them.

The machine is fast or slow, and changes its state whatever is measured. A trial has two values, with a canary before,
between and after; a canary sees the state at one moment, a value takes the mean over its time.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.random import Generator, default_rng

from harness.analysis.results.contrasts import MINIMUM_BLOCKS
from harness.analysis.samples.canaries import SLOW
from harness.analysis.samples.filter import usable
from harness.analysis.samples.readings import Readings, paired, readings, reduced
from harness.analysis.statistics.covariate import adjust
from harness.analysis.statistics.signed_rank import Floats, pseudomedians
from harness.errors import UsageError
from harness.records import Pair
from harness.runs import read_run

SEED = 7
SAMPLES = 1500  # of two contrasts each: a coverage of 95 % is then known to ±0.8 points
ARMS, BLOCKS = 4, 12
TRIAL_SECONDS, SHARE_OF_VALUES, OTHERS_SECONDS = 0.6, 0.6, 20.0  # the rest of a block passes between two cases
REPEATS = 2  # what harness 0.2.0 did with a trial that had only marked values
NOISE = 0.015  # of a trial, whatever the machine does


class Machine(NamedTuple):
    """What it does: how long it stays fast and slow, by how much it is slower, and how exactly a canary tells it."""

    name: str
    fast_seconds: float
    slow_seconds: float
    slower: float = 1.5
    canary_noise: float = 0.03


MACHINES = (
    Machine("always fast", np.inf, 0.0),
    Machine("slow for 5 s at a time, 30 %", 11.0, 5.0),
    Machine("slow for 1 s at a time, 30 %", 2.3, 1.0),
    Machine("slow for 1 s at a time, 10 %", 9.0, 1.0),
    Machine("slow for 0.3 s at a time, 30 %", 0.7, 0.3),
    Machine("slow for 10 s at a time, half of the time", 10.0, 10.0),
    Machine("slow for 5 s at a time, 30 %, canaries ±10 %", 11.0, 5.0, canary_noise=0.1),
    Machine("slow for 1 s at a time, 30 %, by a tenth", 2.3, 1.0, slower=1.1),
)


class Trials(NamedTuple):
    """Log seconds and log canaries of each attempt, and whether it was marked, shape (attempts, arms, blocks)."""

    seconds: Floats
    canaries: Floats
    marked: Floats


def table() -> Iterator[str]:
    """Yield a Markdown table: coverage, and the time to an interval of the same width as without canaries."""
    yield "| machine | as measured | marked and repeated | marked blocks left out | adjusted |"
    yield "| --- | --- | --- | --- | --- |"
    for machine in MACHINES:
        random = default_rng(SEED)
        outcomes = [_outcome(trials) for trials in (_trials(random, machine) for _ in range(SAMPLES))]
        held, widths, costs = (np.array(column) for column in zip(*outcomes, strict=True))
        mean_square = np.nanmean(widths**2, axis=(0, 1)) * costs.mean(axis=0)
        median_square = np.nanmedian(widths, axis=(0, 1)) ** 2 * costs.mean(axis=0)
        cells = [
            f"{coverage:.1%}, {mean:.2f}×, {median:.2f}×"
            for coverage, mean, median in zip(
                np.nanmean(held, axis=(0, 1)),
                mean_square / mean_square[0],
                median_square / median_square[0],
                strict=True,
            )
        ]
        yield f"| {machine.name} | {' | '.join(cells)} |"


def _outcome(trials: Trials) -> tuple[Floats, Floats, Floats]:
    """Return for two contrasts and each use whether the interval holds the truth, its width, and each use's cost."""
    seconds, canaries, marked = trials
    first = seconds[0]
    repeated, good = first.copy(), ~marked[0].astype(bool)
    attempts = np.ones(first.shape)
    for attempt in range(1, 1 + REPEATS):
        again = ~good
        attempts += again
        better = again & ~marked[attempt].astype(bool)
        repeated[better] = seconds[attempt][better]
        good |= better
    uses = (
        (first, np.ones_like(good), 1.0),
        (repeated, good, float(attempts.mean())),
        (first, ~marked[0].astype(bool), 1.0),
        (adjust(first, canaries[0]).numbers, np.ones_like(good), 1.0),
    )
    held, widths = np.empty((2, len(uses))), np.empty((2, len(uses)))
    for use, (logs, counted, _) in enumerate(uses):
        for contrast in range(2):
            one, other = 2 * contrast, 2 * contrast + 1
            both = counted[one] & counted[other]
            both = both if 2 * both.sum() >= BLOCKS else np.ones(BLOCKS, dtype=bool)  # as 0.2.0 did
            estimate = pseudomedians((logs[one] - logs[other])[both][np.newaxis])
            held[contrast, use] = (estimate.low[0] <= 0) & (estimate.high[0] >= 0)
            widths[contrast, use] = estimate.high[0] - estimate.low[0]
    return held, widths, np.array([cost for _, _, cost in uses])


def _trials(random: Generator, machine: Machine) -> Trials:
    """Simulate one case: its arms back to back in each block, then the repetitions, then other cases."""
    attempts = 1 + REPEATS
    block_seconds = attempts * ARMS * TRIAL_SECONDS + OTHERS_SECONDS
    starts, slow = _states(random, machine, BLOCKS * block_seconds)
    places = np.array([random.permutation(ARMS) for _ in range(BLOCKS)]).T
    began = np.arange(BLOCKS) * block_seconds + places * TRIAL_SECONDS
    began = began + np.arange(attempts)[:, np.newaxis, np.newaxis] * ARMS * TRIAL_SECONDS
    edges = began[..., np.newaxis] + TRIAL_SECONDS * (0.3 + SHARE_OF_VALUES * np.array([0.0, 0.5, 1.0]))
    spent = np.concatenate([[0.0], np.cumsum(np.diff(starts) * slow[:-1])])
    shares = np.diff(np.interp(edges, starts, spent), axis=-1) / np.diff(edges, axis=-1)
    states = slow[np.searchsorted(starts, edges, side="right") - 1]
    canaries = (1 + states * (machine.slower - 1)) * np.exp(random.normal(0, machine.canary_noise, edges.shape))
    seconds = np.log((1 + shares * (machine.slower - 1)).mean(axis=-1)) + random.normal(0, NOISE, began.shape)
    limit = SLOW * np.quantile(canaries[0], 0.1)
    bad = np.maximum(canaries[..., :-1], canaries[..., 1:]) > limit
    logs = np.log(canaries.mean(axis=-1))
    return Trials(seconds, logs - np.median(logs[0]), bad.all(axis=-1).astype(float))


def _states(random: Generator, machine: Machine, seconds: float) -> tuple[Floats, Floats]:
    """Return when each state begins, and whether it is slow, 1 or 0."""
    if not machine.slow_seconds:
        return np.array([0.0, seconds]), np.zeros(2)
    starts, slow = (
        [0.0],
        [float(random.random() < machine.slow_seconds / (machine.slow_seconds + machine.fast_seconds))],
    )
    while starts[-1] < seconds:
        starts.append(starts[-1] + random.exponential(machine.slow_seconds if slow[-1] else machine.fast_seconds))
        slow.append(1.0 - slow[-1])
    return np.array(starts), np.array(slow)


def of_runs(runs: Sequence[Path]) -> Iterator[str]:
    """Yield a Markdown table: what adjusting does to the intervals of all declared contrasts of real runs.

    A coefficient never comes from the block that it is applied to, so a width is out of sample.
    """
    yield "| run | canaries, 95th / 5th percentile | cases adjusted | time to the same width | contrasts |"
    yield "| --- | --- | --- | --- | --- |"
    for run in runs:
        experiment, journal = read_run(run)
        trials = usable(experiment, journal.trials)
        adjusted, measured = readings(experiment, trials), reduced(trials, adjusted=False)
        pairs = [pair for pair in experiment.pairs if pair.subject in measured.rows and pair.baseline in measured.rows]
        widths = np.log(_widths(adjusted, pairs) / _widths(measured, pairs))
        widths = widths[np.isfinite(widths)]
        if not len(widths):
            message = f"{run} has no contrast of {MINIMUM_BLOCKS} blocks. Name another run with --journal."
            raise UsageError(message)
        taken = [second for trial in trials for value in trial.values for second in value.canary_seconds or ()]
        spread = f"{np.quantile(taken, 0.95) / np.quantile(taken, 0.05):.2f}" if taken else "–"
        followed = sum(coefficient > 0 for coefficient in adjusted.coefficients.values())
        yield (
            f"| {run.name} | {spread} | {followed} of {len(adjusted.coefficients)} | "
            f"{np.exp(2 * widths.mean()):.2f}× | {len(widths)} |"
        )


def _widths(found: Readings, pairs: Sequence[Pair]) -> Floats:
    logs = paired(found, pairs, "whole")
    enough = (~np.isnan(logs)).sum(axis=1) >= MINIMUM_BLOCKS
    estimates = pseudomedians(logs[enough])
    widths = np.full(len(pairs), np.nan)
    widths[enough] = estimates.high - estimates.low
    return widths
