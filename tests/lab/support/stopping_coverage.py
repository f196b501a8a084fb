"""Coverage under the stopping rule: a contrast that stops as soon as its interval is narrow stops early by luck."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator, default_rng
from numpy.typing import NDArray

from harness.analysis.results.contrasts import MINIMUM_BLOCKS
from harness.analysis.statistics.signed_rank import Estimates, Floats, pseudomedians
from tests.lab.support.simulated_noise import Source

SEED = 7
SAMPLES = 10_000  # a coverage of 95 % is then known to ±0.4 points
TARGET = 0.02  # of the command: the whole interval within ±2 % of the point
MOST_BLOCKS = 40  # then the time is spent, whether the target is reached or not


def quieter(random: Generator, samples: int, blocks: int) -> Floats:
    """Normal, standard deviation 2 %."""
    return random.normal(0, 0.02, (samples, blocks))


def noisier(random: Generator, samples: int, blocks: int) -> Floats:
    """Normal, standard deviation 4 %."""
    return random.normal(0, 0.04, (samples, blocks))


@dataclass(frozen=True)
class StoppedContrasts:
    """Of each sample, how many blocks it took, whether it stopped by its target, and whether its interval is right."""

    blocks: NDArray[np.int_]
    reached: NDArray[np.bool_]
    right: NDArray[np.bool_]


def stop(logs: Floats, centre: float) -> StoppedContrasts:
    """Stop each row of (k, n) logs at the first block, from the tenth on, with an interval within the target."""
    samples, most = logs.shape
    blocks = np.full(samples, most)
    reached = np.zeros(samples, dtype=bool)
    right = np.zeros(samples, dtype=bool)
    waiting = np.arange(samples)
    for count in range(MINIMUM_BLOCKS, most + 1):
        estimates = pseudomedians(logs[waiting, :count])
        narrow = _within_target(estimates)
        ends = narrow | (count == most)
        right[waiting[ends]] = ((estimates.low <= centre) & (centre <= estimates.high))[ends]
        reached[waiting[narrow]] = True
        blocks[waiting[ends]] = count
        waiting = waiting[~ends]
    return StoppedContrasts(blocks, reached, right)


def _within_target(estimates: Estimates) -> NDArray[np.bool_]:
    up = np.exp(estimates.high - estimates.point) - 1
    down = 1 - np.exp(estimates.low - estimates.point)
    return np.asarray((up <= TARGET) & (down <= TARGET), dtype=bool)


def table(sources: Iterable[tuple[Source, float]]) -> Iterator[str]:
    """Yield a Markdown table for sources of noise and the centre of each: how often the last interval holds it."""
    yield "| noise | blocks, median | stopped by the target | holds the truth | of those that the target stopped |"
    yield "| --- | --- | --- | --- | --- |"
    for source, centre in sources:
        contrasts = stop(source(default_rng(SEED), SAMPLES, MOST_BLOCKS), centre)
        name = (source.__doc__ or "").splitlines()[0].rstrip(".")
        early = f"{contrasts.right[contrasts.reached].mean():.1%}" if contrasts.reached.any() else "–"
        yield (
            f"| {name} | {np.median(contrasts.blocks):.0f} | {contrasts.reached.mean():.1%} | {contrasts.right.mean():.1%} | {early} |"
        )
