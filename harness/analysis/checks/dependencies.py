"""Whether what the workloads need is installed alike under all arms."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from harness.analysis.samples.evidence import Evidence
from harness.records import Distribution, Experiment, Finding

WHEELS = (
    "The index has no compiled wheel for that interpreter. Install a C compiler and use --dependencies matched, which "
    "builds it from its source distribution."
)
MATCHED = (
    "It could not be built from its source distribution for that interpreter; the output of `nox -s bench` has the "
    "reason. Pin a version in constraints.txt that can be built, or do not attribute the difference to the GIL."
)
UNLIKE = (
    "Measure again with a C compiler and --dependencies matched, which builds it from source for every arm. Where that "
    "fails, the output of `nox -s bench` has the reason."
)
KINDS = {"wheel": "wheel from the index", "abi3 wheel": "abi3 wheel from the index"}

Installed = Mapping[str, Distribution]  # by arm


def dependencies_differ(experiment: Experiment, seen: Evidence) -> Iterator[Finding]:
    """A distribution is not the same on all arms: another version, pure Python here, or compiled by somebody else."""
    by_name: dict[str, dict[str, Distribution]] = {}
    for arm in experiment.arms:
        for distribution in arm.distributions:
            by_name.setdefault(distribution.name, {})[arm.label] = distribution
    pure: dict[tuple[str, ...], list[str]] = defaultdict(list)
    unlike: dict[str, list[str]] = defaultdict(list)
    for name, installed in sorted(by_name.items()):
        if len({distribution.version for distribution in installed.values()}) > 1:
            yield _versions_differ(name, installed)
        elif len({distribution.compiled for distribution in installed.values()}) > 1:
            pure[tuple(arm for arm, distribution in installed.items() if not distribution.compiled)].append(name)
        elif len({distribution.kind for distribution in installed.values()}) > 1:
            unlike[_kinds(installed)].append(name)
    for arms, names in pure.items():
        yield _compiled_differs(experiment, arms, names)
    for kinds, names in unlike.items():
        yield from _kinds_differ(experiment, kinds, names)


def _versions_differ(name: str, installed: Installed) -> Finding:
    versions = ", ".join(f"{distribution.version} on {arm}" for arm, distribution in installed.items())
    return Finding(
        severity="warning",
        check="versions-differ",
        sentence=f"{name} has different versions under the arms: {versions}.",
        remedy="Pin it in constraints.txt to a version that all interpreters can install.",
    )


def _compiled_differs(experiment: Experiment, arms: tuple[str, ...], names: list[str]) -> Finding:
    workloads = _affected(experiment, names)
    return Finding(
        severity="warning",
        check="compiled-differs",
        sentence=f"Pure Python on {' and '.join(arms)}, compiled elsewhere: {', '.join(names)}; "
        f"{_consequence(workloads)}.",
        sides=tuple(side for side in sorted(experiment.sides) if side.arm in arms and side.workload in workloads),
        remedy=MATCHED if experiment.settings.dependencies == "matched" else WHEELS,
    )


def _kinds_differ(experiment: Experiment, kinds: str, names: list[str]) -> Iterator[Finding]:
    workloads = _affected(experiment, names)
    if workloads or any(workload.needs is None for workload in experiment.workloads):
        yield Finding(
            severity="warning",
            check="build-of-dependency-differs",
            sentence=f"{', '.join(names)}: {kinds}; {_consequence(workloads)}.",
            sides=tuple(side for side in sorted(experiment.sides) if side.workload in workloads),
            remedy=UNLIKE,
        )


def _kinds(installed: Installed) -> str:
    """Return "wheel from the index on 3.12 and 3.13, built here on 3.13t"."""
    arms: dict[str, list[str]] = defaultdict(list)
    for arm, distribution in installed.items():
        arms[KINDS.get(distribution.kind, distribution.kind)].append(arm)
    return ", ".join(f"{kind} on {' and '.join(labels)}" for kind, labels in arms.items())


def _affected(experiment: Experiment, names: list[str]) -> list[str]:
    """Return the workloads that need one of the distributions."""
    return [workload.name for workload in experiment.workloads if set(workload.needs or ()) & set(names)]


def _consequence(workloads: list[str]) -> str:
    if not workloads:
        return "workloads that use them differ in more than the GIL"
    return f"so {', '.join(workloads)} {'differs' if len(workloads) == 1 else 'differ'} in more than the GIL"
