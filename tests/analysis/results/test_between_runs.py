"""One run against another: intervals of both go into the quotient's, and the machine's own change widens it."""

import math

import numpy as np
from msgspec.structs import replace

from harness.analysis.results.between_runs import Drift, drift, quotient, same_machine, widened
from harness.analysis.statistics.signed_rank import pseudomedian
from harness.records import Estimate
from tests.builders import an_experiment


def test_the_quotient_of_symmetric_intervals_adds_squares_of_logarithms() -> None:
    found = quotient(
        Estimate(2.0, 2.0 * math.exp(-0.03), 2.0 * math.exp(0.03), 10),
        Estimate(1.0, math.exp(-0.04), math.exp(0.04), 10),
    )

    assert np.allclose(np.log(found[:3]), [math.log(2), math.log(2) - 0.05, math.log(2) + 0.05])  # type: ignore[arg-type]


def test_without_an_interval_on_either_side_there_is_none() -> None:
    assert quotient(Estimate(2.0, None, None, 10), Estimate(1.0, 0.9, 1.1, 10)) == Estimate(2.0, None, None, 10)


def test_the_quotient_s_interval_covers_the_truth_as_often_as_it_promises() -> None:
    generator = np.random.default_rng(7)
    covered = 0
    for _ in range(400):
        one, other = (pseudomedian(np.exp(generator.normal(0, sd, 12))) for sd in (0.05, 0.1))
        interval = quotient(one, other).interval
        assert interval is not None
        covered += interval[0] <= 1 <= interval[1]
    assert 0.92 < covered / 400 < 0.98


def test_drift_is_the_largest_change_of_a_common_kind() -> None:
    assert drift({"a": 1.0, "b": 2.0, "c": 9.0}, {"a": 1.0, "b": 1.9}) == Drift(abs(math.log(1.9 / 2.0)))
    assert drift({"a": 1.0}, {"b": 1.0}) == Drift(None)
    assert (Drift(0.05).too_far, Drift(0.2).too_far, Drift(None).too_far) == (False, True, False)


def test_drift_widens_both_ends() -> None:
    assert np.allclose(widened(Estimate(1.0, 0.9, 1.1, 10), Drift(math.log(1.25)))[:3], (1.0, 0.72, 1.375))  # type: ignore[arg-type]


def test_machines_are_the_same_by_what_they_are_and_not_by_their_kernel() -> None:
    machine = an_experiment().machine

    assert same_machine(machine, replace(machine, kernel="9.9"))
    assert not same_machine(machine, replace(machine, cpu_model="another"))
