"""Which values were taken while the machine was as fast as it can be, as their canaries saw it, blind to arms.

A value is marked, never deleted, when a canary next to it was slow or when something else was busy during its trial.
`harness.analysis.samples.readings` decides what a mark means for estimates.
"""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from harness.records import Trial

# The fast mode is where the fastest tenth of a kind's canaries ends: inside the fast cluster as long as the machine is
# in it for a fifth of the time, and untouched by how far the slow one is away.
FAST_QUANTILE = 0.1
# Two states of the machine were seen a factor of 1.2 to 1.6 apart, a quiet machine's canaries within a tenth.
SLOW = 1.2
# Of one CPU, over the life of the trial's process. The kernel counts in ticks of 10 ms, hence the second limit.
OTHER_SHARE, OTHER_SECONDS = 0.15, 0.05

FastSeconds = Mapping[str, float]


def fast_seconds(trials: Iterable[Trial]) -> dict[str, float]:
    """Return the fast mode in seconds of every kind of canary, from all trials together."""
    seconds: dict[str, list[float]] = {}
    for trial in trials:
        if trial.canary is not None:
            of_kind = seconds.setdefault(trial.canary, [])
            for value in trial.values:
                if value.canary_seconds is not None:
                    of_kind += value.canary_seconds
    return fast_modes(seconds)


def fast_modes(seconds: Mapping[str, Sequence[float] | NDArray[np.float64]]) -> dict[str, float]:
    """Return the fast mode of each kind that has canaries, from the seconds of all of them."""
    return {kind: float(np.quantile(taken, FAST_QUANTILE)) for kind, taken in seconds.items() if len(taken)}


def limit_seconds(fast: FastSeconds, kind: str | None) -> float:
    """Return above which seconds a canary is slow; infinity for a kind without a fast mode."""
    return SLOW * fast.get(kind or "", float("inf"))


def clean(trial: Trial, fast: FastSeconds) -> Sequence[bool]:
    """Return for each value whether nothing disturbed it, as far as one can see; without canaries nothing is seen."""
    if crowded(trial):
        return [False] * len(trial.values)
    limit = limit_seconds(fast, trial.canary)
    return [value.canary_seconds is None or max(value.canary_seconds) <= limit for value in trial.values]


def crowded(trial: Trial) -> bool:
    """Whether something else used the CPUs while the trial's process lived."""
    around = trial.surroundings
    if around is None or around.other_cpu_seconds is None:
        return False
    return around.other_cpu_seconds > max(OTHER_SECONDS, OTHER_SHARE * trial.elapsed_seconds)
