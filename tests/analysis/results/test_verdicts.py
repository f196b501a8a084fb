"""Verdicts: from the interval and from a p-value that is corrected for the whole family."""

import pytest

from harness.analysis.results.contrasts import contrasts
from harness.analysis.results.verdicts import families, judged, verdict
from harness.analysis.samples.readings import readings
from harness.records import Contrast, Estimate, Pair, Primary
from tests.builders import a_side, a_workload, an_experiment, trials_like

ARMS, CASES = ("3.13", "3.13t"), (("serial", 1), ("threads", 2))


@pytest.mark.parametrize(
    ("point", "low", "high", "p_value", "expected"),
    [
        (1.03, 1.01, 1.05, 0.01, "faster"),
        (1.03, 1.01, 1.05, 0.06, "undecided"),
        (0.88, 0.8, 0.97, 0.05, "slower"),
        (1.0, 0.98, 1.02, 1.0, "equivalent"),
        (1.01, 1.001, 1.019, 0.001, "equivalent"),
        (1.009, 1.001, 1.03, 0.001, "undecided"),  # under 1 %: too small to matter
        (0.99, 0.97, 1.01, 0.2, "undecided"),
        (1.1, None, None, 1.0, "undecided"),
    ],
)
def test_a_verdict_says_what_interval_and_p_value_allow(
    point: float, low: float | None, high: float | None, p_value: float, expected: str
) -> None:
    assert verdict(Estimate(point, low, high, 10), p_value) == expected


def test_a_family_has_the_primaries_of_a_kind_of_workload_in_a_group() -> None:
    workloads = [a_workload("fib"), a_workload("sum"), a_workload("download", bound="io")]
    experiment = an_experiment(ARMS, CASES, workloads)

    sizes = {kind: len(family) for (_, kind), family in families(experiment).items()}

    assert sizes == {
        "cpu": sum(pair.primary for pair in experiment.pairs if pair.subject.workload != "download"),
        "io": sum(pair.primary for pair in experiment.pairs if pair.subject.workload == "download"),
    }


def primary(arm: str, p_value: float | None, *, provisional: bool = False) -> Contrast:
    return Contrast(
        subject=a_side(arm),
        baseline=a_side("3.13"),
        span="whole",
        estimate=Estimate(1.2, 1.1, 1.3, 12),
        provisional=provisional,
        primary=Primary(verdict=None, p_value=p_value),
    )


def test_a_difference_that_stands_alone_does_not_among_many() -> None:
    arms = [f"3.13t{number}" for number in range(4)]
    pairs = [Pair(subject=a_side(arm), baseline=a_side("3.13"), primary=True) for arm in arms]
    experiment = an_experiment(("3.13", *arms), CASES, pairs=tuple(pairs))

    few = list(judged(experiment, [primary(arms[0], 0.02), *(primary(arm, None) for arm in arms[1:])]))
    strong = list(judged(experiment, [primary(arms[0], 0.01), *(primary(arm, 0.02) for arm in arms[1:])]))

    assert (few[0].primary and few[0].primary.adjusted_p_value, few[0].verdict) == (0.08, "undecided")
    assert [c.primary and c.primary.adjusted_p_value for c in strong] == pytest.approx([0.04, 0.06, 0.06, 0.06])
    assert [c.verdict for c in strong] == ["faster", "undecided", "undecided", "undecided"]


def test_a_provisional_contrast_stays_in_its_family_and_has_no_verdict() -> None:
    pairs = (Pair(subject=a_side("3.13t"), baseline=a_side("3.13"), primary=True),)
    experiment = an_experiment(ARMS, CASES, pairs=pairs)

    (contrast,) = judged(experiment, [primary("3.13t", 0.001, provisional=True)])

    assert contrast.verdict is None
    assert contrast.primary is not None
    assert contrast.primary.adjusted_p_value == 1.0


def test_every_primary_of_a_run_has_a_p_value_and_nothing_else_has() -> None:
    experiment = an_experiment(ARMS, CASES)
    speeds = {
        ("3.13", "serial", 1): 0.2,
        ("3.13t", "serial", 1): 0.3,
        ("3.13", "threads", 2): 0.2,
        ("3.13t", "threads", 2): 0.1,
    }
    every = contrasts(experiment, readings(experiment, trials_like(speeds, 12)))

    assert {contrast.primary is not None for contrast in every if contrast.span == "work"} == {False}
    declared = {(pair.subject, pair.baseline) for pair in experiment.pairs if pair.primary}
    judged_pairs = {
        (c.subject, c.baseline) for c in every if c.primary and c.primary.p_value == pytest.approx(2 / 2**12)
    }
    assert judged_pairs == declared
