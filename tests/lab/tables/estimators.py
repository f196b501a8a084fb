"""How often each candidate for an interval contains the truth, and how wide it is.

Prints the tables of `docs/statistics.md`. The seed is fixed, so the same journal gives the same tables.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.random import Generator, default_rng
from scipy import stats

from harness.analysis.statistics.bootstrap import stretch, weights
from harness.analysis.statistics.signed_rank import TAIL, Estimates, Floats, signed_rank, student
from harness.errors import UsageError
from harness.runs import read_run
from tests.lab.support import canary_use, stopping_coverage, tax_gain_coverage
from tests.lab.support.simulated_noise import SKEWED, SLOW_LOG, SYMMETRIC, Source, normal, real

SEED = 7
BLOCKS = (5, 10, 20, 40)
SAMPLES = 10_000  # a coverage of 95 % is then known to ±0.4 points
JUDGED_FROM = 10  # blocks: below them there are no verdicts, and no signed-rank interval below six
TOLERATED = 0.01  # below the best coverage
TRIMMED = 0.2  # of the blocks, at each end
POPULATION = 1_000_000  # of which an estimator's own centre is taken where the noise is skewed
SIDE_BLOCKS, SIDE_VALUES = (5, 10, 20, 40), 2

Estimator = Callable[[Floats], Estimates]


def trimmed(logs: Floats) -> Estimates:
    """Student's t on the trimmed mean, its spread from the winsorised blocks; shape (k, n) without NaN, n ≥ 2.

    Source: Tukey and McLaughlin, Sankhyā A 25 (1963) 331–352.
    """
    blocks = logs.shape[1]
    cut = int(TRIMMED * blocks)
    kept = blocks - 2 * cut
    ordered = np.sort(logs, axis=1)
    point = ordered[:, cut : blocks - cut].mean(axis=1)
    winsorised = ordered[:, np.clip(np.arange(blocks), cut, blocks - cut - 1)]
    error = np.sqrt(winsorised.var(axis=1, ddof=1) * (blocks - 1) / (kept * (kept - 1)))
    reach = stats.t.isf(TAIL, kept - 1) * error
    return Estimates(point, point - reach, point + reach)


CANDIDATES: Mapping[str, Estimator] = {
    "t on the mean": student,
    "signed rank": signed_rank,
    "t on the trimmed mean": trimmed,
}


class Row(NamedTuple):
    """One line of a table: of each candidate, how often the interval holds the truth, and its mean width."""

    noise: str
    blocks: int
    coverages: tuple[float, ...]
    widths: tuple[float, ...]


def main(arguments: Sequence[str]) -> int:
    """Print the tables; return 0, or 2 for what the user can fix."""
    parser = argparse.ArgumentParser(prog="python -m tests.lab estimators", description=__doc__)
    parser.add_argument(
        "--journal",
        type=Path,
        default=Path("results/reference"),
        metavar="RUN",
        help="run directory whose noise is used next to the simulated one (default: %(default)s)",
    )
    options = parser.parse_args(arguments)
    try:
        drawn = real(options.journal)
    except UsageError as error:
        print(error, file=sys.stderr)
        return 2
    print("\n".join(tables(drawn)))
    print("\n### Adjusting by the canaries, simulated\n", *canary_use.table(), sep="\n")
    print("\n### Adjusting by the canaries, real runs\n", *canary_use.of_runs(_runs_beside(options.journal)), sep="\n")
    return 0


def _runs_beside(journal: Path) -> list[Path]:
    """Return the runs in the folder of a run that have enough blocks for verdicts."""
    runs = [path.parent for path in sorted(journal.resolve().parent.glob("*/trials.jsonl"))]
    return [run for run in runs if max(trial.block for trial in read_run(run)[1].trials) >= JUDGED_FROM]


def tables(drawn: Sequence[Source]) -> Iterator[str]:
    """Yield the lines of all tables; `drawn` are the sources of real noise."""
    symmetric = [row for source in (*SYMMETRIC, *drawn) for row in compared(source, skewed=False)]
    skewed = [row for source in SKEWED for row in compared(source, skewed=True)]
    yield "### Contrasts, noise that is the same for both sides\n"
    yield from table(list(CANDIDATES), symmetric)
    yield "\n### Contrasts, noise that is not\n"
    yield from table(list(CANDIDATES), skewed)
    yield f"\n### All rows from {JUDGED_FROM} blocks up\n"
    yield from judged(symmetric, skewed)
    yield "\n### Contrasts that stop at their target\n"
    yield from stopping_coverage.table(_with_centres(drawn))
    yield f"\n### Absolute times, {SIDE_VALUES} values per block\n"
    yield from table(list(REACHES), [row for name in SIDES for row in resampled(name)])
    yield "\n### Build tax × gain = net\n"
    yield from tax_gain_coverage.table()


def _with_centres(drawn: Sequence[Source]) -> Iterator[tuple[Source, float]]:
    """Yield the noises of contrasts that stop, and what the signed rank estimates in each; one contrast is too short."""
    symmetric = (stopping_coverage.quieter, normal, stopping_coverage.noisier, *SYMMETRIC[1:], drawn[-1])
    yield from ((source, 0.0) for source in symmetric)
    for source in SKEWED:
        yield source, centre("signed rank", source(default_rng(SEED), 1, POPULATION)[0])


def compared(source: Source, *, skewed: bool) -> Iterator[Row]:
    """Judge every candidate on the same samples of one kind of noise, for each number of blocks."""
    random = default_rng(SEED)
    centres = [0.0] * len(CANDIDATES)
    if skewed:
        centres = [centre(name, source(random, 1, POPULATION)[0]) for name in CANDIDATES]
    for blocks in BLOCKS:
        logs = source(random, SAMPLES, blocks)
        if len(logs):
            estimates = [estimator(logs) for estimator in CANDIDATES.values()]
            held = [
                np.mean((estimate.low <= true) & (true <= estimate.high))
                for estimate, true in zip(estimates, centres, strict=True)
            ]
            widths = tuple(float((estimate.high - estimate.low).mean()) for estimate in estimates)
            yield Row(_first_line(source), blocks, tuple(map(float, held)), widths)


def centre(candidate: str, population: Floats) -> float:
    """Return what a candidate estimates: of skewed noise each has a centre of its own."""
    if candidate == "signed rank":  # the median over all pairs; each with one other is a sample of them
        return float(np.median((population + np.roll(population, 1)) / 2))
    ordered = np.sort(population)
    cut = int(TRIMMED * len(ordered)) if candidate == "t on the trimmed mean" else 0
    return float(ordered[cut : len(ordered) - cut].mean())


def judged(symmetric: Sequence[Row], skewed: Sequence[Row]) -> Iterator[str]:
    """Yield a table of each candidate's lowest coverages and typical width, and the name of the one to keep.

    Coverage decides; width does among those whose lowest coverage is about the best one's.
    """
    counted = [[row for row in rows if row.blocks >= JUDGED_FROM] for rows in (symmetric, skewed)]
    low, low_skewed = (np.min([row.coverages for row in rows], axis=0) for rows in counted)
    widths = np.array([row.widths for rows in counted for row in rows])
    width = np.median(widths / widths[:, :1], axis=0)  # a mean would be that of the outlier's rows
    yield "| | lowest coverage, symmetric | lowest coverage, skewed | width, median |"
    yield "| --- | --- | --- | --- |"
    for candidate in zip(CANDIDATES, low, low_skewed, width, strict=True):
        yield "| {} | {:.1%} | {:.1%} | {:.2f}× |".format(*candidate)
    lowest = np.minimum(low, low_skewed)
    best = min(np.flatnonzero(lowest >= lowest.max() - TOLERATED), key=width.__getitem__)
    yield f"\nCoverage first, then width: {list(CANDIDATES)[best]}."


def table(names: Sequence[str], rows: Sequence[Row]) -> Iterator[str]:
    """Yield a Markdown table; the first candidate's width is on the log scale, the others' are relative to it."""
    yield f"| noise | blocks | {' | '.join(names)} |"
    yield f"| --- | --- |{' --- |' * len(names)}"
    for row in rows:
        first, *others = row.widths
        shown = [f"{first:.4f}", *(f"{width / first:.2f}×" for width in others)]
        cells = [f"{held:.1%}, {width}" for held, width in zip(row.coverages, shown, strict=True)]
        yield f"| {row.noise} | {row.blocks} | {' | '.join(cells)} |"


# What each kind of side has: spread between blocks and within them, and how often a block is slow.
SIDES = {
    "3 % between blocks, 1 % within": (0.03, 0.01, 0.0),
    "1 % between blocks, 3 % within": (0.01, 0.03, 0.0),
    "slow (+0.45) in 30 % of blocks": (0.01, 0.01, 0.3),
}
# At which percentile of the resampled means the interval ends, and by how much its ends are then moved out.
REACHES: Mapping[str, Callable[[int], tuple[float, float]]] = {
    "percentile": lambda _: (TAIL, 1.0),
    "expanded percentile": lambda n: (float(stats.norm.sf(stretch(n) * stats.norm.isf(TAIL))), 1.0),
    "stretched percentile": lambda n: (TAIL, stretch(n)),
}


def resampled(name: str) -> Iterator[Row]:
    """Judge what is made of the two-level bootstrap's means, for sides of one kind."""
    random = default_rng(SEED)
    for blocks in SIDE_BLOCKS:
        logs = _side(random, blocks, *SIDES[name])
        means = logs @ weights((SIDE_VALUES,) * blocks).T
        point = logs.mean(axis=1)
        ends = []
        for reach in REACHES.values():
            tail, further = reach(blocks)
            ends.append((np.quantile(means, [tail, 1 - tail], axis=1) - point) * further + point)
        held = [float(np.mean((low <= 0) & (high >= 0))) for low, high in ends]
        yield Row(name, blocks, tuple(held), tuple(float((high - low).mean()) for low, high in ends))


def _side(random: Generator, blocks: int, between: float, within: float, slow: float) -> Floats:
    shape = SAMPLES // 2, blocks, 1
    level = random.normal(0, between, shape) + SLOW_LOG * ((random.random(shape) < slow) - slow)
    logs = level + random.normal(0, within, (*shape[:2], SIDE_VALUES))
    return np.asarray(logs.reshape(len(logs), -1))


def _first_line(source: Source) -> str:
    return (source.__doc__ or "").splitlines()[0].rstrip(".")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
