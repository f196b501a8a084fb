"""Results with estimates that stand in for the analysis: exactly the numbers that a test is about."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from harness.records import Choice, Contrast, Experiment, Journal, Side, Time, Trial
from harness.report.results import Results
from harness.report.sections.part import Table
from harness.report.workload_results import WorkloadResults
from tests.builders import Spot, a_contrast, a_side, a_time, a_trial, an_experiment


def side(spot: Spot, workload: str = "fib") -> Side:
    arm, mode, workers = spot
    return a_side(arm, mode, workers, workload)


def between(
    subject: Spot, baseline: Spot, ratio: float, low: float | None, high: float | None, **fields: Any
) -> Contrast:
    """A contrast of two spots (arm, mode, workers)."""
    return a_contrast(ratio, low, high, subject=side(subject), baseline=side(baseline), **fields)


def built_results(
    experiment: Experiment | None = None,
    *,
    contrasts: Iterable[Contrast] = (),
    choices: Iterable[Choice] = (),
    times: Iterable[Time] | None = None,
    usable: Iterable[Trial] | None = None,
    **fields: Any,
) -> Results:
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


def of_first_workload(results: Results) -> WorkloadResults:
    """What came out of the first workload of a run."""
    return results.of(results.experiment.workloads[0])


def present[Value](value: Value | None) -> Value:
    """A part, table or picture that has to be there."""
    assert value is not None
    return value


def texts(table: Table | None) -> tuple[tuple[str, ...], ...]:
    """The rows of a table as a reader sees them."""
    return tuple(tuple(cell.text for cell in row) for row in present(table).rows)
