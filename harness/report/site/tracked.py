"""Which of a run's contrasts are followed over runs: those that its conclusions are about, the weightiest first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.analysis.arm_roles import free_threaded_arms, rivals
from harness.records import ONE_BY_ONE, Arm, Case, Contrast, Experiment, Workload
from harness.report.text.numbers import ratio_with_bounds
from harness.report.workload_results import WorkloadContrasts


@dataclass(frozen=True)
class Tracked:
    """A contrast, how `nox -s gate` names it, and what it says."""

    name: str
    about: str
    contrast: Contrast

    @property
    def ratio(self) -> str:
        """Its ratio with its interval."""
        return ratio_with_bounds(self.contrast.estimate)


def tracked(experiment: Experiment, workload: Workload, contrasts: Sequence[Contrast]) -> Iterator[Tracked]:
    """Yield the contrasts of a workload that the site tracks; `contrasts` are those of the whole span.

    They show the gains and costs of a free-threaded arm, or without one the gain of the main case over serial.
    """
    results = WorkloadContrasts(
        experiment, workload, {(contrast.subject, contrast.baseline): contrast for contrast in contrasts}
    )
    case, serial = results.main, results.serial
    free = free_threaded_arms(experiment)
    for arm in free:
        yield from _free(results, case or serial, serial, arm)
    if not free and case and serial:
        for arm in experiment.arms:
            yield from _declared(results, (case, arm), (serial, arm), f"{case.mode} against serial")


def _free(results: WorkloadContrasts, case: Case | None, serial: Case | None, arm: Arm) -> Iterator[Tracked]:
    with_gil, sibling = rivals(results.experiment, arm)
    if case and with_gil:
        yield from _declared(results, (case, arm), (case, with_gil), "without the GIL against the same build with it")
    if case and sibling:
        yield from _declared(results, (case, arm), (case, sibling), "the free-threaded build against the ordinary one")
    if serial and sibling and serial != case:
        yield from _declared(results, (serial, arm), (serial, sibling), "the same where nothing is concurrent")
    if case is None or case.mode in ONE_BY_ONE:
        return
    for mode in ("processes", "asyncio"):
        other = results.case_of(mode, case.workers)
        if other and other != case:
            yield from _declared(results, (case, arm), (other, arm), f"{case.mode} against {mode} without the GIL")


def _declared(
    results: WorkloadContrasts, subject: tuple[Case, Arm], baseline: tuple[Case, Arm], about: str
) -> Iterator[Tracked]:
    """Yield the contrast in the direction in which it was declared, if it has an estimate."""
    for one, other, words in ((subject, baseline, about), (baseline, subject, _reversed(about))):
        contrast = results.contrast(one, other)
        if contrast is not None:
            yield Tracked(_name(one, other), words, contrast)
            return


def _reversed(about: str) -> str:
    one, _, rest = about.partition(" against ")
    other, space, end = rest.partition(" without")
    return f"{other} against {one}{space}{end}"


def _name(subject: tuple[Case, Arm], baseline: tuple[Case, Arm]) -> str:
    (case, arm), (other, other_arm) = subject, baseline
    if arm == other_arm:
        return f"{case}:{other} {arm.label}"
    return f"{case} {arm.label}/{other_arm.label}"
