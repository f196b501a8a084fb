"""What shows a disturbance: trials with canaries and surroundings, repetitions, experiments with a control."""

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from msgspec.structs import replace

from harness.experiment.plan.aa_control import declare
from harness.records import Experiment, Surroundings, Trial

FAST, SLOW = 0.0015, 0.0024  # a canary in the machine's two states
KIND = "zlib 1.3.1"


def watched(trial: Trial, *canary_seconds: float, kind: str = KIND, **around: Any) -> Trial:
    """Return the trial with a canary before each value and after the last, fast ones unless they are given.

    `around` are its surroundings, where nothing else ran unless they say so.
    """
    taken = canary_seconds or (FAST,) * (len(trial.values) + 1)
    values = [replace(value, canary_seconds=pair) for value, pair in zip(trial.values, pairwise(taken), strict=True)]
    seen = Surroundings(**{"other_cpu_seconds": 0.0, **around})
    return replace(trial, values=tuple(values), canary=kind, canaries_seconds=2 * sum(taken), surroundings=seen)


def slow(trial: Trial, **fields: Any) -> Trial:
    """Return the trial as it was taken while the machine was slow from beginning to end."""
    return replace(watched(trial, *(SLOW,) * (len(trial.values) + 1), kind=trial.canary or KIND), **fields)


def with_control(experiment: Experiment) -> Experiment:
    """Return the experiment with the control that a real one declares."""
    return replace(experiment, control=declare([each.case for each in experiment.cases], experiment.arms))


def control_trials(experiment: Experiment, trials: Iterable[Trial], blocks: int) -> list[Trial]:
    """Return its control's trials for an arm's: the same ones, half a run of an even number of blocks later."""
    control = experiment.control
    if control is None:
        return []
    return [
        replace(trial, arm=control.label, block=(trial.block - 1 + blocks // 2) % blocks + 1)
        for trial in trials
        if trial.arm == control.of and trial.side.case in control.cases
    ]
