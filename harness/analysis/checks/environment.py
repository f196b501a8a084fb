"""Whether the arms differ in more than they should, and whether the CPUs suffice."""

from collections.abc import Iterator

from harness.analysis.results.build_mismatches import declared_mismatches
from harness.analysis.samples.evidence import Evidence
from harness.records import Experiment, Finding

# Variables that only libraries of numbers look at, and those libraries.
NUMERIC_ONLY = ("OMP_", "GOMP_", "KMP_", "OPENBLAS_", "MKL_", "BLIS_", "NUMEXPR_", "VECLIB_")
NUMERIC = {"numpy", "scipy", "numexpr", "scikit-learn", "torch"}


def interpreters_not_matched(experiment: Experiment, seen: Evidence) -> Iterator[Finding]:
    """Two builds that are compared differ in more than the GIL or the version."""
    for mismatch in declared_mismatches(experiment):
        yield Finding(
            severity="warning",
            check="interpreters",
            sentence=f"{mismatch.sentence}. Their ratios include the effect of that.",
            remedy="Provide both from one source with the same options (nox -s interpreters), or do not attribute "
            f"their difference to {mismatch.more_than}.",
        )


def without_pgo(experiment: Experiment, seen: Evidence) -> Iterator[Finding]:
    """Builds without profile-guided optimization are not those that people install."""
    arms = [arm.label for arm in experiment.arms if not arm.build.pgo]
    if arms:
        yield Finding(
            severity="warning",
            check="no-pgo",
            sentence=f"Built without profile-guided optimization (PGO): {', '.join(arms)}. Builds that people install "
            "usually have it, and their ratios can differ from these.",
            remedy="Measure builds with PGO: --optimized builds the missing ones.",
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
