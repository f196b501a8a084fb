"""Whether it was the same work, under the GIL setting that was asked for."""

from collections import defaultdict
from collections.abc import Iterator

from harness.analysis.checks.words import count
from harness.analysis.checks.words import sides as sides_of
from harness.analysis.evidence import Evidence
from harness.analysis.usable import work
from harness.records import Experiment, Finding, Gil, Trial


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
            sentence=f"{workload}: {count(trials)} gave another answer than the rest, left out here.",
            sides=sides_of(trials),
            remedy="Look for a race, or for something that changes between runs; ANSWERS_VARY declares what may vary.",
        )


def gil_is_not_what_was_asked(experiment: Experiment, seen: Evidence) -> Iterator[Finding]:
    """The GIL was on where it should be off, or off where it should be on, in a trial's process or in its pool."""
    expected = {arm.label: arm.gil_expected for arm in experiment.arms}
    if experiment.shadow is not None:
        expected[experiment.shadow.label] = expected[experiment.shadow.of]
    odd: dict[str, list[Trial]] = defaultdict(list)
    for trial in seen.measured:
        if trial.gil is not None and trial.arm in expected and _states(trial.gil) != {expected[trial.arm]}:
            odd[trial.arm].append(trial)
    for arm_label, trials in odd.items():
        wanted = "on" if expected[arm_label] else "off"
        after = [trial for trial in trials if trial.gil and trial.gil.before_import != trial.gil.after_import]
        cause = "importing the workload switched it" if after else "it was not what PYTHON_GIL asked for"
        yield Finding(
            severity="error",
            check="gil",
            sentence=f"The GIL was not {wanted} throughout in {count(trials)} of {arm_label}: {cause}.",
            sides=sides_of(trials),
            remedy="Find the extension module that does not declare support for running without the GIL."
            if after
            else "Measure again; if it stays so, the interpreter ignores PYTHON_GIL.",
        )


def _states(gil: Gil) -> set[bool]:
    found = {gil.before_import, gil.after_import, gil.at_end}
    for each in gil.pool:
        found |= {each.before_import, each.after_import, each.at_end}
    return found
