"""How a run's arms relate to each other: which run without the GIL, and what these are compared with."""

from typing import NamedTuple

from harness.records import Arm, Experiment


class Rivals(NamedTuple):
    """What a free-threaded arm is compared with: itself with the GIL on, and the build that always has a GIL."""

    with_gil: Arm | None
    sibling: Arm | None


def free_threaded_arms(experiment: Experiment) -> list[Arm]:
    """Return the arms that should run without the GIL."""
    return [arm for arm in experiment.arms if not arm.gil_expected]


def rivals(experiment: Experiment, arm: Arm) -> Rivals:
    """Return what a free-threaded arm is compared with in the same case, as declared in the run's pairs, not by label.

    An arm with a GIL has no rivals.
    """
    if arm.gil_expected:
        return Rivals(None, None)
    declared = {
        pair.baseline.arm
        for pair in experiment.pairs
        if pair.subject.arm == arm.label and pair.subject.case == pair.baseline.case
    }
    others = [other for other in experiment.arms if other.label in declared]
    return Rivals(
        with_gil=next((other for other in others if other.build.free_threaded), None),
        sibling=next((other for other in others if not other.build.free_threaded), None),
    )
