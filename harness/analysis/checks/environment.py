"""Whether the arms differ in more than they should, and whether the CPUs suffice."""

from collections import defaultdict
from collections.abc import Iterator

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


# Variables that only libraries of numbers look at, and those libraries.
NUMERIC_ONLY = ("OMP_", "GOMP_", "KMP_", "OPENBLAS_", "MKL_", "BLIS_", "NUMEXPR_", "VECLIB_")
NUMERIC = {"numpy", "scipy", "numexpr", "scikit-learn", "torch"}


def interpreters_not_matched(experiment: Experiment, seen: Evidence) -> Iterator[Finding]:
    """The two builds that are compared differ in more than the GIL."""
    for sentence in experiment.mismatches:
        yield Finding(
            severity="warning",
            check="interpreters",
            sentence=f"{sentence}: a difference between them may not come from the GIL.",
            remedy="Let the harness provide both from one source: nox -s interpreters.",
        )


def variables_are_set(experiment: Experiment, seen: Evidence) -> Iterator[Finding]:
    """Variables of the environment that reach what is measured and change how fast it is."""
    installed = {each.name for arm in experiment.arms for each in arm.distributions}
    names = [each for each in experiment.settings.variables if installed & NUMERIC or not each.startswith(NUMERIC_ONLY)]
    if names:
        yield Finding(
            severity="warning",
            check="variables",
            sentence=f"Environment variables that can change speed were set: {', '.join(names)}.",
            remedy="Unset them, unless the run is about them. Their values are not recorded.",
        )


def more_workers_than_cpus(experiment: Experiment, seen: Evidence) -> Iterator[Finding]:
    """CPU-bound work cannot run faster than there are CPUs."""
    cpu_bound = {workload.name for workload in experiment.workloads if workload.bound == "cpu"}
    cpus = experiment.machine.usable_cpus
    cases = [each.case for each in experiment.cases if each.case.workload in cpu_bound and each.case.workers > cpus]
    if cases:
        yield Finding(
            severity="note",
            check="oversubscribed",
            sentence=f"CPU-bound cases with more workers than there are usable CPUs ({cpus}): {len(cases)}.",
            sides=tuple(case.under(arm.label) for case in cases for arm in experiment.arms),
        )


def dependencies_differ(experiment: Experiment, seen: Evidence) -> Iterator[Finding]:
    """A distribution is not the same on all arms: another version, or compiled here and pure Python there."""
    found: dict[str, dict[str, Distribution]] = {}
    for arm in experiment.arms:
        for each in arm.distributions:
            found.setdefault(each.name, {})[arm.label] = each
    uneven: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for name, arms in sorted(found.items()):
        versions = {each.version for each in arms.values()}
        if len(versions) > 1:
            versions_by_arm = ", ".join(f"{each.version} on {arm}" for arm, each in arms.items())
            yield Finding(
                severity="warning",
                check="versions-differ",
                sentence=f"{name} has different versions under the arms: {versions_by_arm}.",
                remedy="Pin it in constraints.txt to a version that all interpreters can install.",
            )
        elif len({each.compiled for each in arms.values()}) > 1:
            uneven[tuple(arm for arm, each in arms.items() if not each.compiled)].append(name)
    for pure, names in uneven.items():
        affected = _affected(experiment, names)
        yield Finding(
            severity="warning",
            check="compiled-differs",
            sentence=f"Pure Python on {' and '.join(pure)}, compiled elsewhere: {', '.join(names)}; "
            f"{_consequence(affected)}.",
            sides=tuple(side for side in sorted(experiment.sides) if side.arm in pure and side.workload in affected),
            remedy=MATCHED if experiment.settings.dependencies == "matched" else WHEELS,
        )


def _affected(experiment: Experiment, names: list[str]) -> list[str]:
    """Return the workloads that need one of the distributions."""
    return [each.name for each in experiment.workloads if set(each.needs or ()) & set(names)]


def _consequence(affected: list[str]) -> str:
    if not affected:
        return "workloads that use them differ in more than the GIL"
    return f"so {', '.join(affected)} {'differs' if len(affected) == 1 else 'differ'} in more than the GIL"
