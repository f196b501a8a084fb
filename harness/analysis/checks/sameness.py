"""Whether it was the same work, under the GIL setting that was asked for."""

from collections import defaultdict
from collections.abc import Iterator

from harness.analysis.checks.phrases import count
from harness.analysis.checks.phrases import sides as sides_of
from harness.analysis.samples.evidence import Evidence
from harness.analysis.samples.filter import work
from harness.records import Culprit, Experiment, Finding, Gil, ProcessGil, Trial

SEARCH = "Find the extension module that does not declare support for running without the GIL."


def answers_differ(experiment: Experiment, seen: Evidence) -> Iterator[Finding]:
    """The same jobs gave different answers: then it was not the same work, or it raced."""
    odd: dict[str, list[Trial]] = defaultdict(list)
    for trial in seen.measured:
        if seen.agreed[work(experiment, trial)] not in (None, trial.answer):
            odd[trial.workload].append(trial)
    for workload, trials in odd.items():
        yield Finding(
            severity="error",
            check="answers-differ",
            sentence=f"{workload}: {count(trials)} gave another answer than the rest and are left out.",
            sides=sides_of(trials),
            remedy="Look for a race, or for something that changes between runs; ANSWERS_VARY declares what may vary.",
        )


def gil_is_not_what_was_asked(experiment: Experiment, seen: Evidence) -> Iterator[Finding]:
    """The GIL was on where it should be off, or off where it should be on, in a trial's process or in its pool."""
    expected = {arm.label: arm.gil_expected for arm in experiment.arms}
    if experiment.control is not None:
        expected[experiment.control.label] = expected[experiment.control.of]
    odd: dict[str, list[Trial]] = defaultdict(list)
    for trial in seen.measured:
        if trial.gil is not None and trial.arm in expected and _states(trial.gil) != {expected[trial.arm]}:
            odd[trial.arm].append(trial)
    for arm_label, trials in odd.items():
        wanted = "on" if expected[arm_label] else "off"
        cause, remedy = _cause(experiment, arm_label, trials)
        yield Finding(
            severity="error",
            check="gil",
            sentence=f"The GIL was not {wanted} throughout in {count(trials)} of {arm_label}: {cause}.",
            sides=sides_of(trials),
            remedy=remedy,
        )


def _cause(experiment: Experiment, arm_label: str, trials: list[Trial]) -> tuple[str, str]:
    """Return why the GIL is not what it should be, and what to do."""
    control = experiment.control
    label = control.of if control is not None and arm_label == control.label else arm_label
    workloads = {trial.workload for trial in trials}
    guilty = [each for each in experiment.culprits if each.arm == label and each.workload in workloads]
    if guilty:
        modules = ", ".join(sorted({each.module for each in guilty}))
        return f"importing the workload switched it, because it loads {modules}", _remedy(guilty)
    changed = [_changed(trial.gil) for trial in trials if trial.gil]
    if "import" in changed:
        return "importing the workload switched it", SEARCH
    if "work" in changed:
        return "something that its jobs import switched it", f"Import it at the top of the file. {SEARCH}"
    ignored = "Measure again. If this happens again, the interpreter ignores PYTHON_GIL."
    return "it was not what PYTHON_GIL asked for", ignored


def _remedy(guilty: list[Culprit]) -> str:
    installed = sorted({f"{each.distribution} {each.version}" for each in guilty if each.distribution})
    what = " and ".join(installed) if installed else "the module"
    return (
        f"Take a newer version of {what} that declares support for running without the GIL, or build it with "
        "--dependencies matched. PYTHON_GIL=0 would force the GIL off, at your own risk and not for measuring."
    )


def _changed(gil: Gil) -> str | None:
    """Return when the GIL changed in one of a trial's processes."""
    processes: tuple[Gil | ProcessGil, ...] = (gil, *gil.pool)
    for each in processes:
        if each.before_import != each.after_import:
            return "import"
        if each.after_import != each.at_end:
            return "work"
    return None


def _states(gil: Gil) -> set[bool]:
    found = {gil.before_import, gil.after_import, gil.at_end}
    for each in gil.pool:
        found |= {each.before_import, each.after_import, each.at_end}
    return found
