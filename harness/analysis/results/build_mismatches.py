"""Which arms are compared although their builds differ in more than what the comparison is about."""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from harness.interpreters.build_differences import maker, mismatches
from harness.records import Arm, Contrast, Experiment

ArmPair = tuple[str, str]  # subject, baseline


class BuildMismatch(Struct, frozen=True, kw_only=True):
    """Arms, the arm that they are compared with, and how their builds differ from its, each subject's side first.

    `more_than` is what the comparison is about: "the GIL", "the version".
    """

    subjects: tuple[str, ...]
    baseline: str
    more_than: str
    differences: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """The arms and the differences, without a full stop."""
        differ = "differs" if len(self.subjects) == 1 else "differ"
        return (
            f"{' and '.join(self.subjects)} {differ} from {self.baseline} in more than {self.more_than}: "
            f"{', '.join(self.differences)}"
        )


def declared_mismatches(experiment: Experiment) -> tuple[BuildMismatch, ...]:
    """Return the mismatches in the run's declared contrasts, in their order.

    They come from the recorded builds. What a run itself recorded about them covered only a part of its pairs.
    """
    return _mismatches(experiment, ((pair.subject.arm, pair.baseline.arm) for pair in experiment.pairs))


def shown_mismatches(experiment: Experiment, contrasts: Iterable[Contrast]) -> tuple[BuildMismatch, ...]:
    """Return the mismatches in contrasts, declared or not, in their order."""
    return _mismatches(experiment, ((contrast.subject.arm, contrast.baseline.arm) for contrast in contrasts))


def differing_arms(experiment: Experiment, pairs: Iterable[ArmPair]) -> frozenset[ArmPair]:
    """Return those of the pairs of arms whose builds differ in more than version and GIL; the control counts too."""
    arms = _arms(experiment)
    return frozenset(
        (one, other)
        for one, other in {*pairs}
        if one in arms and other in arms and _differences(arms[one], arms[other])
    )


def _mismatches(experiment: Experiment, pairs: Iterable[ArmPair]) -> tuple[BuildMismatch, ...]:
    arms = _arms(experiment)
    subjects: dict[tuple[str, str, tuple[str, ...]], dict[str, None]] = {}
    for subject, baseline in dict.fromkeys(pairs):
        if subject in arms and baseline in arms:
            one, other = arms[subject], arms[baseline]
            differences = _differences(one, other)
            if differences:
                subjects.setdefault((other.label, _more_than(one, other), differences), {})[one.label] = None
    return tuple(
        BuildMismatch(subjects=tuple(labels), baseline=baseline, more_than=more_than, differences=differences)
        for (baseline, more_than, differences), labels in subjects.items()
    )


def _differences(one: Arm, other: Arm) -> tuple[str, ...]:
    """Return how two builds differ; who made them is no part of a build, but decided what a build does not tell."""
    makers = maker(one.origin), maker(other.origin)
    origin = () if makers[0] == makers[1] else (f"origin ({makers[0]} / {makers[1]})",)
    return (*mismatches(one.build, other.build), *origin)


def _more_than(one: Arm, other: Arm) -> str:
    gil = one.build.free_threaded != other.build.free_threaded
    version = one.build.version.split(".")[:2] != other.build.version.split(".")[:2]
    return "the version and the GIL" if gil and version else "the GIL" if gil else "the version"


def _arms(experiment: Experiment) -> Mapping[str, Arm]:
    """Return the arms by label; the control is the arm that it measures again."""
    arms = {arm.label: arm for arm in experiment.arms}
    control = experiment.control
    return arms if control is None or control.of not in arms else {**arms, control.label: arms[control.of]}
