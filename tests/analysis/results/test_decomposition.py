"""Tax × gain = net, from the same blocks, whatever the noise."""

import math

import numpy as np
import pytest
from msgspec.structs import replace

from harness.analysis.results.decomposition import Decomposition, adjusted, decompositions
from harness.analysis.samples.readings import readings
from harness.analysis.statistics.signed_rank import pseudomedians
from harness.records import Experiment, Trial
from tests.builders import a_side, an_experiment, like_fib, trials_like


def decomposed(experiment: Experiment, trials: list[Trial]) -> dict[str, Decomposition]:
    return {str(each.case): each for each in decompositions(experiment, readings(experiment, trials))}


def test_exact_speeds_give_exact_factors_for_every_case() -> None:
    found = decomposed(an_experiment(), trials_like(like_fib(), 12, wobble=0))

    assert list(found) == ["fib/serial", "fib/threads/1", "fib/threads/2", "fib/processes/1", "fib/processes/2"]
    threads = found["fib/threads/2"]
    assert threads.tax.estimate.point == pytest.approx(0.1 / 0.205)
    assert threads.gain.estimate.point == pytest.approx(2 * 0.205 / 0.2)
    assert threads.net.estimate.point == pytest.approx(1.0)
    assert (threads.tax.subject, threads.tax.baseline) == (a_side("3.13t-gil"), a_side("3.13"))
    assert (threads.gain.subject, threads.gain.baseline) == (a_side("3.13t"), a_side("3.13t-gil"))
    assert (threads.net.subject, threads.net.baseline) == (a_side("3.13t"), a_side("3.13"))


def test_the_product_is_net_in_noise_and_every_point_is_inside_its_interval() -> None:
    found = decomposed(an_experiment(), trials_like(like_fib(), 11, wobble=0.2))

    for each in found.values():
        assert each.tax.estimate.point * each.gain.estimate.point == pytest.approx(each.net.estimate.point, rel=1e-12)
        for factor in (each.tax, each.gain, each.net):
            assert factor.estimate.interval is not None
            assert factor.estimate.interval[0] < factor.estimate.point < factor.estimate.interval[1]


def test_what_is_missing_is_shared_in_three_and_intervals_move_with_their_points() -> None:
    tax, gain = np.random.default_rng(3).exponential(size=(2, 10))
    alone, moved = pseudomedians(np.stack([tax, gain, tax + gain])), adjusted(tax, gain)

    missing = alone.point[2] - alone.point[0] - alone.point[1]
    assert abs(missing) > 0.01
    for before, after in zip(alone, moved, strict=True):
        assert after - before == pytest.approx([missing / 3, missing / 3, -missing / 3])


def test_only_blocks_with_all_three_arms_count() -> None:
    trials = trials_like(like_fib(), 12)
    without = [
        replace(trial, status="failed", values=())
        if (trial.block, trial.side) in ((3, a_side("3.13")), (7, a_side("3.13t-gil")))
        else trial
        for trial in trials
    ]

    threads = decomposed(an_experiment(), without)["fib/threads/2"]

    assert [factor.estimate.blocks for factor in (threads.tax, threads.gain, threads.net)] == [10, 10, 10]


def test_few_blocks_are_provisional_and_one_has_no_interval() -> None:
    assert decomposed(an_experiment(), trials_like(like_fib(), 9))["fib/serial"].net.provisional
    one = decomposed(an_experiment(), trials_like(like_fib(), 1))["fib/serial"]

    assert (one.tax.estimate.low, one.gain.estimate.high, one.net.estimate.low) == (None, None, None)
    assert math.isclose(one.tax.estimate.point * one.gain.estimate.point, one.net.estimate.point)


def test_without_the_arm_in_between_there_is_nothing_to_decompose() -> None:
    arms = ("3.13", "3.13t")

    assert decomposed(an_experiment(arms), trials_like(like_fib(arms), 12)) == {}


def test_what_a_case_has_besides_the_serial_tax_is_an_interaction() -> None:
    arms = ("3.13", "3.13t-gil", "3.13t")
    speeds = {(arm, mode, workers): 0.1 for arm in arms for mode, workers in (("serial", 1), ("threads", 2))}
    speeds |= {("3.13t-gil", "serial", 1): 0.125, ("3.13t-gil", "threads", 2): 0.2}
    experiment = an_experiment(arms, [("serial", 1), ("threads", 2)])

    parts = decomposed(experiment, trials_like(speeds, 12, 0.0))

    assert parts["fib/serial"].interaction is None
    interaction = parts["fib/threads/2"].interaction
    assert interaction is not None
    assert parts["fib/serial"].tax.estimate.point == pytest.approx(0.8)
    assert parts["fib/threads/2"].tax.estimate.point == pytest.approx(0.5)
    assert interaction.point == pytest.approx(0.5 / 0.8)
