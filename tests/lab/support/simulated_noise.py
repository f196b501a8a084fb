"""Log ratios with a known centre: simulated ones, and real ones with random signs."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.random import Generator

from harness.analysis.samples.filter import by_block, usable
from harness.analysis.statistics.signed_rank import Floats
from harness.records import SPANS
from harness.runs import read_experiment, read_journal

Source = Callable[[Generator, int, int], Floats]  # random numbers, samples, blocks: logs, shape (samples, blocks)

SPREAD = 0.03  # of quiet blocks
SLOW_LOG = 0.45  # a machine's slow state against its fast one: a factor of 1.57


def normal(random: Generator, samples: int, blocks: int) -> Floats:
    """Normal, standard deviation 3 %."""
    return random.normal(0, SPREAD, (samples, blocks))


def t3(random: Generator, samples: int, blocks: int) -> Floats:
    """Student's t, 3 degrees of freedom."""
    return SPREAD * random.standard_t(3, (samples, blocks))


def t2(random: Generator, samples: int, blocks: int) -> Floats:
    """Student's t, 2 degrees of freedom."""
    return SPREAD * random.standard_t(2, (samples, blocks))


def contaminated(random: Generator, samples: int, blocks: int) -> Floats:
    """Normal, one in ten with five times the spread."""
    return normal(random, samples, blocks) * np.where(random.random((samples, blocks)) < 0.1, 5, 1)


def two_states(random: Generator, samples: int, blocks: int) -> Floats:
    """Each side slow (+0.45) in 30 % of blocks, 1 % noise."""
    return _states(random, (samples, blocks), 0.3, 0.3)


def outlier(random: Generator, samples: int, blocks: int) -> Floats:
    """Normal, one block of each sample 10×."""
    logs = normal(random, samples, blocks)
    logs[:, 0] += np.log(10)
    return logs


def drift(random: Generator, samples: int, blocks: int) -> Floats:
    """Slow drift of both sides, fast noise of each.

    The drift is a random walk over the blocks that moves on between a block's two trials, which are in random order.
    """
    speed = np.cumsum(random.normal(0, SPREAD, (samples, blocks)), axis=1)
    between = random.normal(0, SPREAD / 4, (samples, blocks))
    order = random.permuted(np.tile(np.array([-0.5, 0.5]), (samples, blocks, 1)), axis=2)
    noise = random.normal(0, SPREAD / np.sqrt(2), (samples, blocks, 2))
    seconds = speed[..., np.newaxis] + between[..., np.newaxis] * order + noise
    return np.asarray(seconds[..., 1] - seconds[..., 0])


def unequal_states(random: Generator, samples: int, blocks: int) -> Floats:
    """One side slow in 30 % of blocks, the other in 10 %."""
    return _states(random, (samples, blocks), 0.3, 0.1)


def spikes(random: Generator, samples: int, blocks: int) -> Floats:
    """Normal, one side 20 % slower on average in 15 % of blocks."""
    shape = samples, blocks
    return random.normal(0, 0.02, shape) + np.where(random.random(shape) < 0.15, random.exponential(0.2, shape), 0)


SYMMETRIC: tuple[Source, ...] = (
    normal,
    t3,
    t2,
    contaminated,
    two_states,
    outlier,
    drift,
)  # centre 0, whatever it means
SKEWED: tuple[Source, ...] = (unequal_states, spikes)  # mean, median and trimmed mean are different quantities


def real(run: Path) -> tuple[Source, Source]:
    """Return what draws from a run's own noise; UsageError when it is no run directory.

    Every contrast's log ratios minus their mean, with random signs: an exact null for errors that are symmetric, which
    those of identical sides are. The mean is what favours Student's t.
    """
    residuals = _residuals(run)

    def one(random: Generator, samples: int, blocks: int) -> Floats:
        """Real: blocks of one contrast."""
        enough = residuals[(~np.isnan(residuals)).sum(axis=1) >= blocks]
        if not len(enough):
            return np.empty((0, blocks))
        rows = enough[random.integers(len(enough), size=samples)]
        order = np.where(np.isnan(rows), np.inf, random.random(rows.shape)).argsort(axis=1)[:, :blocks]
        return _either_sign(random, np.take_along_axis(rows, order, axis=1))

    def pooled(random: Generator, samples: int, blocks: int) -> Floats:
        """Real: blocks of all contrasts pooled."""
        return _either_sign(random, random.choice(residuals[~np.isnan(residuals)], (samples, blocks)))

    return one, pooled


def _residuals(run: Path) -> Floats:
    experiment, journal = read_experiment(run), read_journal(run)
    indexed = by_block(usable(experiment, journal.trials))
    residuals = []
    for span in SPANS:
        for pair in experiment.pairs:
            subject, baseline = indexed.get(pair.subject, {}), indexed.get(pair.baseline, {})
            common = sorted(subject.keys() & baseline.keys())
            if len(common) > 1:
                ratios = [baseline[block].mean_seconds(span) / subject[block].mean_seconds(span) for block in common]
                residuals.append(np.log(ratios) - np.log(ratios).mean())
    padded = np.full((len(residuals), max(map(len, residuals), default=0)), np.nan)
    for row, logs in zip(padded, residuals, strict=True):
        row[: len(logs)] = logs
    return padded


def _either_sign(random: Generator, logs: Floats) -> Floats:
    return np.asarray(logs * random.choice([-1.0, 1.0], logs.shape))


def _states(random: Generator, shape: tuple[int, int], one: float, other: float) -> Floats:
    slow = (random.random(shape) < one).astype(float) - (random.random(shape) < other)
    return SLOW_LOG * slow + random.normal(0, 0.01 * np.sqrt(2), shape)
