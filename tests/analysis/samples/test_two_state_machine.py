"""Adjusting by canaries: no bias, honest intervals and less spread on a machine of two states.

The machine is Markov's: fast or a factor of 1.6 slower, and it stays in a state for some ten values. Canaries see the
state with 3 % of noise of their own, values take it with 1 %. Nothing differs between the arms but how long they last.
"""

import math
from itertools import pairwise

import numpy as np
import pytest
from msgspec.structs import replace

from harness.analysis.results.contrasts import estimated
from harness.analysis.samples.readings import readings
from harness.analysis.statistics.signed_rank import Floats
from harness.records import Contrast, Pair, Trial, Value
from tests.builders import a_side, a_trial, a_workload, an_experiment
from tests.disturbed import FAST, KIND

WORKLOADS, BLOCKS = 300, 12
SLOWER, STAYS_SECONDS = 1.6, 2.0
NAMES = [f"w{number}" for number in range(WORKLOADS)]
EXPERIMENT = an_experiment(("3.13", "3.13t"), [("serial", 1)], [a_workload(name) for name in NAMES])
PAIRS = [
    Pair(subject=a_side("3.13t", "serial", 1, name), baseline=a_side("3.13", "serial", 1, name), primary=True)
    for name in NAMES
]


class Machine:
    """Time goes on by what is measured, and the state changes with it."""

    def __init__(self, seed: int) -> None:
        self._random = np.random.default_rng(seed)
        self._slow = False

    def first(self) -> int:
        return int(self._random.integers(2))

    def _pace(self, seconds: float) -> float:
        # A state lasts STAYS_SECONDS on average; it may have changed once while this was going on.
        if self._random.random() < 1 - math.exp(-seconds / STAYS_SECONDS):
            self._slow = not self._slow
        return SLOWER if self._slow else 1.0

    def canary(self) -> float:
        return FAST * self._pace(FAST) * math.exp(self._random.normal(0, 0.03))

    def value(self, seconds: float) -> float:
        # Half of it in the state it began in, half in the one that it ends in.
        began = SLOWER if self._slow else 1.0
        return seconds * (began + self._pace(seconds)) / 2 * math.exp(self._random.normal(0, 0.01))

    def trial(self, name: str, arm: str, block: int, seconds: float) -> Trial:
        canaries = [self.canary()]
        values = []
        for _ in range(2):
            values.append(self.value(seconds))
            canaries.append(self.canary())
        recorded = tuple(
            Value(start_seconds=0.0, work_seconds=value, stop_seconds=0.0, canary_seconds=pair)
            for value, pair in zip(values, pairwise(canaries), strict=True)
        )
        return a_trial(arm, block=block, workload=name, values=recorded, canary=KIND)


def simulated(seed: int, free_seconds: float) -> list[Trial]:
    """Trials as a run takes them: pairs back to back in random order."""
    machine = Machine(seed)
    trials: list[Trial] = []
    for block in range(1, BLOCKS + 1):
        for name in NAMES:
            arms = ("3.13", "3.13t") if machine.first() else ("3.13t", "3.13")
            trials += [machine.trial(name, arm, block, 0.2 if arm == "3.13" else free_seconds) for arm in arms]
    return trials


def judged(trials: list[Trial]) -> tuple[list[Contrast], Floats]:
    contrasts = list(estimated(EXPERIMENT, readings(EXPERIMENT, trials), PAIRS, "whole"))
    return contrasts, np.log([contrast.estimate.point for contrast in contrasts])


def blind(trials: list[Trial]) -> list[Trial]:
    """The same trials without their canaries: nothing is adjusted."""
    return [
        replace(trial, values=tuple(replace(value, canary_seconds=None) for value in trial.values), canary=None)
        for trial in trials
    ]


@pytest.mark.parametrize(("seed", "longer"), [(1, 1.0), (2, 2.0)])
def test_adjusted_pairs_of_equals_are_unbiased_honest_and_less_spread(seed: int, longer: float) -> None:
    trials = simulated(seed, 0.2 * longer)
    adjusted, logs = judged(trials)
    _, as_measured = judged(blind(trials))
    effects = logs + math.log(longer)  # the truth is 1 / longer
    wrong = sum(contrast.estimate.times(longer).excludes_one for contrast in adjusted)

    assert len(adjusted) == WORKLOADS
    assert abs(effects.mean()) < 4 * effects.std(ddof=1) / math.sqrt(WORKLOADS)
    # Binomial with p = 0.05 and n = 300: mean 15, four standard deviations are 15.1; the seeds are fixed.
    assert wrong <= 30
    assert effects.std() < as_measured.std() / 2
