"""Where the time of a side goes: CPU seconds, parallelism, spans and context switches, with intervals over blocks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from harness.analysis.samples.filter import by_block
from harness.analysis.statistics.signed_rank import student
from harness.records import Estimate, Side, Trial

TimeUseQuantity = Literal[
    "cpu_seconds",
    "system_cpu_seconds",
    "parallelism",
    "start_seconds",
    "work_seconds",
    "stop_seconds",
    "run_delay_seconds",
    "minor_faults",
    "voluntary_switches",
    "involuntary_switches",
]
QUANTITIES: tuple[TimeUseQuantity, ...] = get_args(TimeUseQuantity)


@dataclass(frozen=True)
class TimeUse:
    """Arithmetic means over the blocks of a side, per loop; a quantity that was not recorded has no entry.

    `parallelism` is CPU seconds / wall seconds, whole span: how many CPUs were at work on average.
    """

    side: Side
    blocks: int
    amounts: Mapping[TimeUseQuantity, Estimate]


def usages(trials: Iterable[Trial]) -> dict[Side, TimeUse]:
    """Estimate every side from its usable trials; of several attempts at the same place the first counts."""
    return {side: _usage(side, list(blocks.values())) for side, blocks in sorted(by_block(trials).items())}


def mean(observed: Sequence[float]) -> Estimate:
    """Estimate the mean of n ≥ 1 amounts by Student's t; not on the log scale, because amounts may be 0."""
    if len(observed) == 1:
        return Estimate(observed[0], None, None, 1)
    point, low, high = (end.item() for end in student(np.array([observed], dtype=float)))
    return Estimate(point, max(0.0, low), high, len(observed))


def _usage(side: Side, trials: Sequence[Trial]) -> TimeUse:
    amounts: dict[TimeUseQuantity, Estimate] = {}
    for quantity, column in zip(QUANTITIES, zip(*map(_amounts, trials), strict=True), strict=True):
        observed = [amount for amount in column if amount is not None]
        if observed:
            amounts[quantity] = mean(observed)
    return TimeUse(side, len(trials), amounts)


def _amounts(trial: Trial) -> tuple[float | None, ...]:
    """Each of QUANTITIES, per loop. One function for all: one for each takes a third longer."""
    values, count = trial.values, len(trial.values)
    start = sum([value.start_seconds for value in values]) / count
    work = sum([value.work_seconds for value in values]) / count
    stop = sum([value.stop_seconds for value in values]) / count
    loops = trial.loops * count

    def per_loop(amount: float | None) -> float | None:
        return None if amount is None else amount / loops

    delay = per_loop(trial.run_delay_seconds)
    # The kernel adds a child to the account of the process that waits for it: with a fork server that is another one.
    if trial.start_method == "forkserver":
        return None, None, None, start, work, stop, delay, None, None, None
    cpu = per_loop(trial.cpu_seconds)
    return (
        cpu,
        per_loop(trial.system_cpu_seconds),
        None if cpu is None else cpu / trial.mean_seconds("whole"),
        start,
        work,
        stop,
        delay,
        per_loop(trial.minor_faults),
        per_loop(trial.voluntary_switches),
        per_loop(trial.involuntary_switches),
    )
