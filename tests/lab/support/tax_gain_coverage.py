"""Tax × gain = net: how often the three hold the truth once they multiply, and how far that moved them."""

from collections.abc import Iterator

import numpy as np
from numpy.random import default_rng

from harness.analysis.results.decomposition import adjusted
from harness.analysis.statistics.signed_rank import Estimates, pseudomedians
from tests.lab.support.simulated_noise import Source, normal, outlier, t3

SEED = 7
BLOCKS = (5, 10, 20, 40)
SAMPLES = 4000
NOISES: tuple[tuple[str, tuple[Source, Source, Source]], ...] = (
    ("Normal, standard deviation 3 %", (normal, normal, normal)),
    ("Student's t, 3 degrees of freedom", (t3, t3, t3)),
    ("Normal, one block of one arm 10×", (normal, outlier, normal)),
)


def table() -> Iterator[str]:
    """Yield a Markdown table: coverage by themselves and adjusted, and the move as a share of the interval's width."""
    yield "| noise of each arm | blocks | by themselves | adjusted | usual move | largest of a hundred |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for name, sources in NOISES:
        random = default_rng(SEED)
        for blocks in BLOCKS:
            sibling, with_gil, free = (source(random, SAMPLES, blocks) for source in sources)
            tax, gain = sibling - with_gil, with_gil - free
            apart = Estimates(
                *(estimate.reshape(3, -1) for estimate in pseudomedians(np.concatenate([tax, gain, tax + gain])))
            )
            together = adjusted(tax, gain)
            moved = np.abs(together.point - apart.point) / (apart.high - apart.low)
            usual, far = np.quantile(moved, [0.5, 0.99])
            yield f"| {name} | {blocks} | {_held(apart):.1%} | {_held(together):.1%} | {usual:.1%} | {far:.1%} |"


def _held(estimates: Estimates) -> float:
    return float(np.mean((estimates.low <= 0) & (estimates.high >= 0)))
