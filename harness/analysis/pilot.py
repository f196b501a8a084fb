"""placeholder"""

from collections.abc import Sequence
from harness.records import Experiment, PlannedCase, Trial


def planned_cases(experiment: Experiment, trials: Sequence[Trial]) -> tuple[PlannedCase, ...]:
    return experiment.cases
