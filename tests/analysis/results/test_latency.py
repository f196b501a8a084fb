"""Quantiles of a service's latencies, their estimates over blocks and their contrasts, from pings that are known."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from harness.analysis.checks import findings
from harness.analysis.results.contrasts import contrasts
from harness.analysis.results.latency import quantiles
from harness.analysis.results.times import latencies
from harness.analysis.samples.readings import readings
from harness.records import Finding, Journal, Trial
from tests.builders import a_side, a_trial, a_workload, an_experiment, seen_by_load, trials_like

CASES = (("serial", 1), ("threads", 2), ("processes", 2))
EXPERIMENT = an_experiment(("3.13", "3.13t"), CASES, [a_workload(clients=4)])
SECONDS = {(arm, *case): 0.2 for arm in ("3.13", "3.13t") for case in CASES}


def pings(longest: float) -> list[float]:
    """A hundred latencies from a hundredth of the longest up, so that a quantile is its own share of it."""
    return [longest * number / 100 for number in range(1, 101)]


def served(longest: Callable[[Trial], float], trials: Iterable[Trial] | None = None, **fields: Any) -> list[Trial]:
    """The trials of ten blocks, in which the pings of an odd block all take twice as long."""
    return [
        seen_by_load(trial, pings(longest(trial) * (1 + trial.block % 2)), **fields)
        for trial in trials or trials_like(SECONDS, 10)
    ]


def test_a_quantile_is_a_latency_that_was_observed() -> None:
    assert dict(quantiles(seen_by_load(a_trial(), pings(1.0)).service)) == {
        "ping p50": 0.5,
        "ping p99": 0.99,
        "ping max": 1.0,
    }


def test_of_few_pings_the_99th_percentile_is_the_largest() -> None:
    assert dict(quantiles(seen_by_load(a_trial(), [0.003, 0.001, 0.002]).service)) == {
        "ping p50": 0.002,
        "ping p99": 0.003,
        "ping max": 0.003,
    }


@pytest.mark.parametrize("trial", [a_trial(), seen_by_load(a_trial(), [])])
def test_without_pings_there_are_no_quantiles(trial: Trial) -> None:
    assert list(quantiles(trial.service)) == []


def test_latencies_are_estimated_over_blocks() -> None:
    found = latencies(EXPERIMENT, readings(EXPERIMENT, served(lambda _: 0.1)))
    (p99,) = [each for each in found if each.side == a_side("3.13t") and each.span == "ping p99"]

    assert (p99.estimate.low, p99.estimate.high, p99.estimate.blocks) == (  # type: ignore[comparison-overlap]
        pytest.approx(0.099),
        pytest.approx(0.198),
        10,
    )
    assert p99.estimate.point == pytest.approx(0.099 * 2**0.5)
    assert len(found) == 3 * 6


def test_latencies_are_compared_within_blocks_where_what_both_share_cancels() -> None:
    found = contrasts(EXPERIMENT, readings(EXPERIMENT, served(lambda trial: 0.01 if trial.arm == "3.13t" else 0.08)))
    threads = {each.span: each for each in found if (each.subject, each.baseline) == (a_side("3.13t"), a_side("3.13"))}

    assert set(threads) == {"whole", "work", "ping p50", "ping p99", "ping max"}
    p99 = threads["ping p99"]
    assert p99.estimate == pytest.approx((8, 8, 8, 10))
    assert p99.primary is None


def test_work_that_is_no_service_has_no_latencies() -> None:
    found = readings(EXPERIMENT, trials_like(SECONDS, 10))

    assert latencies(EXPERIMENT, found) == []
    assert {each.span for each in contrasts(EXPERIMENT, found)} == {"whole", "work"}


def checks(trials: Iterable[Trial]) -> list[Finding]:
    return [
        finding
        for finding in findings(EXPERIMENT, Journal(trials=tuple(trials)))
        if finding.check in ("load-in-the-way", "pings-late")
    ]


def test_a_load_that_takes_a_twentieth_of_all_cpus_is_a_finding_where_the_service_could_use_them() -> None:
    (finding,) = checks(served(lambda _: 0.1, load_cpu_seconds=0.05))

    assert finding.sentence == (
        "40 trials: the load generator used more than 5% of the CPUs that the service could have used, "
        "so the service would take less time alone."
    )
    assert {side.mode for side in finding.sides} == {"threads", "processes"}
    assert checks(served(lambda _: 0.1, load_cpu_seconds=0.015)) == []


def test_pings_of_which_the_load_itself_was_late_are_a_finding() -> None:
    late = (0.0,) * 98 + (0.051,) * 2

    (finding,) = checks(served(lambda _: 0.05, late_seconds=late))

    assert (finding.check, len(finding.sides)) == ("pings-late", 6)
    assert checks(served(lambda _: 0.05, late_seconds=(0.0,) * 99 + (0.051,))) == []
