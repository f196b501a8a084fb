"""How many values a process gives, once the first blocks have shown what varies: a pilot that is part of the run."""

from collections.abc import Iterable, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from harness.analysis.statistics.kalibera_jones import values_per_process
from harness.records import Experiment, PlannedCase, Trial

PILOT_BLOCKS = 4  # as many as the estimates of two variances need to be of any use, and under half of the fewest blocks
MOST_VALUES = 4  # so that no case takes the time of all others where a process costs little and varies less


def replanned(experiment: Experiment, trials: Iterable[Trial], block: int) -> tuple[PlannedCase, ...]:
    """Return the cases as a block measures them: as calibrated in the pilot, then with values by Kalibera and Jones.

    It depends on the pilot's trials alone, so every later block, and a resumed run, gets the same. A case whose pilot
    has one value a process stays as it is: a value of it is longer than a state of the machine.
    """
    if block <= PILOT_BLOCKS or experiment.provisional:
        return experiment.cases
    pilot = list(filter(in_pilot, trials))
    return tuple(
        _replan(planned, [trial for trial in pilot if trial.side.case == planned.case]) for planned in experiment.cases
    )


def in_pilot(trial: Trial) -> bool:
    """Whether a trial is one of those that tell what varies."""
    return 0 < trial.block <= PILOT_BLOCKS and trial.status == "ok" and not trial.attempt


def _replan(planned: PlannedCase, pilot: Sequence[Trial]) -> PlannedCase:
    pilot = [trial for trial in pilot if len(trial.values) == planned.values]
    if planned.values < 2 or not pilot:  # noqa: PLR2004 - one value does not vary
        return planned
    value_seconds = float(np.mean([value.whole_seconds * t.loops for t in pilot for value in t.values]))
    trial_seconds = float(np.mean([trial.elapsed_seconds for trial in pilot]))
    process_seconds = max(0.0, trial_seconds - planned.values * value_seconds)
    values = values_per_process(_logs(pilot, planned.values), value_seconds, process_seconds, MOST_VALUES)
    return msgspec.structs.replace(planned, values=values)


def _logs(pilot: Sequence[Trial], values: int) -> NDArray[np.float64]:
    """Log seconds of a case's pilot, shape (arms, blocks, values), NaN where a trial is missing."""
    arms = {arm: row for row, arm in enumerate(sorted({trial.arm for trial in pilot}))}
    logs = np.full((len(arms), PILOT_BLOCKS, values), np.nan)
    for trial in pilot:
        logs[arms[trial.arm], trial.block - 1] = np.log([value.whole_seconds for value in trial.values])
    return logs
