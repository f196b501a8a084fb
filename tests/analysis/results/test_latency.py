"""Quantiles of a service's latencies, their estimates over blocks and their contrasts, from pings that are known."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from harness.analysis.checks import findings
from harness.analysis.results.latency import POOLED, Pings, latencies, latency_contrasts, lateness, quantiles
from harness.analysis.samples.filter import by_block
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


def by_side(trials: Iterable[Trial]) -> Pings:
    return Pings(by_block(trials))


def test_latencies_are_quantiles_of_the_pings_of_all_blocks_together() -> None:
    found = latencies(EXPERIMENT, by_side(served(lambda _: 0.1)))
    estimates = {each.span: each.estimate for each in found if each.side == a_side("3.13t")}

    # Of a thousand pings five hundred are spread evenly up to 0.1 s, and as many up to 0.2 s.
    assert estimates["ping p50"].point == pytest.approx(0.066, abs=0.002)
    assert estimates["ping p99"].point == pytest.approx(0.196)
    assert estimates["ping p99"].blocks == 10
    assert estimates["ping p99 from sending"] == estimates["ping p99"]
    assert len(found) == 4 * 6


def test_what_the_load_was_late_by_counts_from_when_a_ping_was_due_and_not_from_sending() -> None:
    found = latencies(EXPERIMENT, by_side(served(lambda _: 0.1, late_seconds=(0.0005,) * 100)))
    points = {each.span: each.estimate.point for each in found if each.side == a_side("3.13t")}

    assert points["ping p99"] - points["ping p99 from sending"] == pytest.approx(0.0005)
    assert points["ping p50"] - points["ping p50 from sending"] == pytest.approx(0.0005)


def test_fewer_than_a_thousand_pings_have_no_99th_percentile() -> None:
    few = [trial for trial in served(lambda _: 0.1) if trial.block < 10]

    assert {each.span for each in latencies(EXPERIMENT, by_side(few))} == {"ping p50", "ping p50 from sending"}
    assert {each.span for each in latency_contrasts(EXPERIMENT, by_side(few))} == {"ping p50", "ping p50 from sending"}


def test_latencies_are_compared_within_blocks_where_what_both_share_cancels() -> None:
    pings_of = by_side(served(lambda trial: 0.01 if trial.arm == "3.13t" else 0.08))
    found = latency_contrasts(EXPERIMENT, pings_of)
    threads = {each.span: each for each in found if (each.subject, each.baseline) == (a_side("3.13t"), a_side("3.13"))}

    assert set(threads) == set(POOLED)
    p99 = threads["ping p99"]
    assert p99.estimate == pytest.approx((8, 8, 8, 10))
    assert (p99.primary, p99.provisional) == (None, False)


def test_a_block_that_only_one_side_has_is_not_compared() -> None:
    trials = served(lambda _: 0.1)
    trials = [trial for trial in trials if not (trial.side == a_side("3.13") and trial.block == 3)]
    found = latency_contrasts(EXPERIMENT, by_side(trials))

    assert {each.estimate.blocks for each in found if a_side("3.13") in (each.subject, each.baseline)} == {9}
    assert all(each.provisional for each in found if a_side("3.13") in (each.subject, each.baseline))


def test_work_that_is_no_service_has_no_latencies() -> None:
    trials = trials_like(SECONDS, 10)

    assert latencies(EXPERIMENT, by_side(trials)) == []
    assert latency_contrasts(EXPERIMENT, by_side(trials)) == []


def test_how_late_the_load_was_is_that_of_half_and_of_a_hundredth_of_its_pings() -> None:
    late = seen_by_load(a_trial(), pings(1.0), late_seconds=tuple(pings(0.1)))

    assert lateness([late, late]) == pytest.approx((0.05, 0.099))
    assert lateness([a_trial()]) is None


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
    assert "50% of the latency that 1 % exceed (51 ms in fib/processes/2 on 3.13, " in finding.sentence
    assert checks(served(lambda _: 0.05, late_seconds=(0.0,) * 99 + (0.051,))) == []
