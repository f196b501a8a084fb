"""Results with estimates that stand in for the analysis: exactly the numbers that a test is about."""

from dataclasses import replace

from harness.records import Contrast, Journal, Side
from harness.report.results import Results
from tests.builders import a_contrast, a_time, a_trial, an_experiment


def side(spot, workload="fib"):
    arm, mode, workers = spot
    return Side(workload=workload, mode=mode, workers=workers, arm=arm)


def between(subject, baseline, ratio, low, high, **fields) -> Contrast:
    """A contrast of two spots (arm, mode, workers)."""
    return a_contrast(ratio, low, high, subject=side(subject), baseline=side(baseline), **fields)


def built_results(experiment=None, *, contrasts=(), choices=(), times=None, usable=None, **fields) -> Results:
    """Results in which every planned side took 0.2 s, unless the times are given."""
    experiment = experiment or an_experiment()
    sides = [planned.case.under(arm.label) for planned in experiment.cases for arm in experiment.arms]
    trials = (a_trial(),) if usable is None else tuple(usable)
    plain = Results(
        experiment=experiment,
        journal=Journal(trials=trials),
        usable=trials,
        times=tuple(a_time(each) for each in sides) if times is None else tuple(times),
        contrasts=tuple(contrasts),
        choices=tuple(choices),
        findings=(),
    )
    return replace(plain, **fields)
