"""Memory trials: after the timed blocks, watched from outside while they run; their times are not used."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count

from harness.analysis.stopping import given_up_sides
from harness.experiment.machine.process_memory import available
from harness.experiment.measure import schedule, trial
from harness.experiment.measure.trial import Bench
from harness.experiment.progress import Progress
from harness.records import Trial


def measure_memory(bench: Bench, before: Sequence[Trial], progress: Progress) -> Iterator[Trial]:
    """Measure what is still missing of the memory blocks, in the order that timed blocks have.

    Their places in the run follow those of `before`. Sides that failed three times in a row while they were timed are
    left out.
    """
    if not available():
        return
    experiment = bench.experiment
    given_up = set(given_up_sides(trial for trial in before if trial.purpose == "time"))
    measured = {(trial.side, trial.block) for trial in before if trial.purpose == "memory"}
    numbers = count(1 + max((trial.order for trial in before), default=-1))
    arms = [arm.label for arm in experiment.arms]
    for block in range(1, experiment.settings.memory_blocks + 1):
        for turn in schedule.order(experiment.cases, arms, experiment.settings.seed, block):
            if turn.side not in given_up and (turn.side, block) not in measured:
                progress.trial(turn.side)
                yield trial.measure(bench, replace(turn, number=next(numbers)), "memory")
