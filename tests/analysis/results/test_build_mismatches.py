"""Mismatches are derived from the recorded builds, for every declared pair of arms."""

from msgspec.structs import replace

from harness.analysis.results.build_mismatches import declared_mismatches, differing_arms
from harness.analysis.results.contrasts import contrasts
from harness.analysis.samples.readings import readings
from harness.records import Arm
from tests.builders import an_arm, an_experiment, like_fib, trials_like
from tests.disturbed import with_control


def shared(label: str = "3.12") -> Arm:
    return an_arm(label, build=replace(an_arm(label).build, shared=True))


def test_builds_that_differ_in_version_and_gil_alone_match() -> None:
    assert declared_mismatches(an_experiment()) == ()


def test_a_mismatch_names_both_sides_and_what_the_comparison_is_about() -> None:
    (mismatch,) = declared_mismatches(an_experiment((shared(), "3.13", "3.13t-gil", "3.13t")))

    assert (mismatch.subjects, mismatch.baseline) == (("3.13",), "3.12")
    assert mismatch.sentence == "3.13 differs from 3.12 in more than the version: shared library (no / yes)"


def test_arms_of_one_build_share_a_mismatch() -> None:
    (mismatch,) = declared_mismatches(an_experiment((shared("3.13"), "3.13t-gil", "3.13t")))

    assert mismatch.sentence == "3.13t and 3.13t-gil differ from 3.13 in more than the GIL: shared library (no / yes)"


def test_who_made_a_build_counts_but_not_its_path() -> None:
    one, other = (
        an_arm("3.12", origin="uv cpython-3.12/bin/python3.12"),
        an_arm(origin="uv cpython-3.13/bin/python3.13"),
    )
    assert declared_mismatches(an_experiment((one, other))) == ()

    (mismatch,) = declared_mismatches(an_experiment((one, an_arm(origin="built here from a tarball"))))
    assert mismatch.differences == ("origin (built here / uv)",)


def test_the_control_has_the_build_of_its_arm() -> None:
    experiment = with_control(an_experiment((shared("3.13"), "3.13t-gil", "3.13t")))
    assert experiment.control is not None
    label, arm = experiment.control.label, experiment.control.of

    assert differing_arms(experiment, [(label, arm), (label, "3.13"), ("unknown", arm)]) == {(label, "3.13")}


def test_a_contrast_says_whether_its_builds_differ() -> None:
    arms = (shared(), an_arm("3.13"))
    experiment = an_experiment(arms)
    trials = trials_like(like_fib(("3.12", "3.13")), 10)

    marked = {
        (c.subject.arm, c.baseline.arm) for c in contrasts(experiment, readings(experiment, trials)) if c.builds_differ
    }
    assert marked == {("3.13", "3.12")}
