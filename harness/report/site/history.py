"""A workload over runs: each tracked contrast in the same work, per kind of machine, and the changes in between."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec

from harness.records import Workload
from harness.report.programs.differences import build_changes, instrument_change
from harness.report.site.site_runs import SiteRun
from harness.report.site.tracked import Tracked
from harness.report.text.escape import plain
from harness.report.text.numbers import ratio_with_bounds
from harness.report.text.phrases import word

Letters = Mapping[tuple[object, ...], str]


@dataclass(frozen=True)
class WorkIdentity:
    """What has to be equal for the ratios of two runs to be about the same work."""

    workload: str
    size: str
    scaling: str
    real_sites: bool

    def __str__(self) -> str:
        sites = ", real sites" if self.real_sites else ""
        return f"{self.workload}: size {self.size}, {self.scaling} scaling{sites}"


@dataclass(frozen=True)
class TrendPoint:
    """A tracked contrast in one run. `changes` are those since the machine's previous run, `mark` is their number."""

    run: SiteRun
    machine: str
    tracked: Tracked
    changes: tuple[str, ...]
    mark: int | None

    @property
    def ratio(self) -> str:
        """The ratio with its interval."""
        return ratio_with_bounds(self.tracked.contrast.estimate)

    @property
    def blocks(self) -> int:
        """How many blocks it is made from."""
        return self.tracked.contrast.estimate.blocks

    @property
    def verdict(self) -> str:
        """Its verdict, or that it has none and why."""
        return word(self.tracked.contrast)


@dataclass(frozen=True)
class Trend:
    """One tracked contrast over runs, the oldest first."""

    work: WorkIdentity
    name: str
    about: str
    points: tuple[TrendPoint, ...]


def families(runs: Sequence[SiteRun]) -> list[str]:
    """Return the names of the workloads' files, sorted: the points of a series are on one page."""
    return sorted({workload.family for run in runs for workload in run.experiment.workloads})


def trends(runs: Sequence[SiteRun], family: str, letters: Letters) -> list[Trend]:
    """Return the trends of a workload's file, grouped by work."""
    points: dict[tuple[WorkIdentity, str], list[TrendPoint]] = {}
    previous: dict[tuple[WorkIdentity, str], tuple[SiteRun, Workload]] = {}
    for run in reversed(runs):
        for workload in (workload for workload in run.experiment.workloads if workload.family == family):
            letter, work = letters[run.kind], _identity(run, workload)
            before = previous.get((work, letter))
            changes = tuple(_changes(*before, run, workload)) if before else ()
            previous[work, letter] = run, workload
            for tracked in run.tracked[workload.name]:
                points.setdefault((work, tracked.name), []).append(TrendPoint(run, letter, tracked, changes, None))
    order = {work: number for number, work in enumerate(dict.fromkeys(work for work, _ in points))}
    unsorted = [
        Trend(work, name, of_contrast[-1].tracked.about, _marked(of_contrast))
        for (work, name), of_contrast in points.items()
    ]
    return sorted(unsorted, key=lambda trend: order[trend.work])


def _identity(run: SiteRun, workload: Workload) -> WorkIdentity:
    settings = run.experiment.settings
    return WorkIdentity(workload.name, settings.size, settings.scaling, bool(settings.sites))


def _changes(before: SiteRun, old: Workload, after: SiteRun, new: Workload) -> Iterator[str]:
    """Yield the differences between the worker's code, the interpreters and the workload's files of two runs."""
    yield from map(plain, instrument_change(before.experiment, after.experiment))
    arms = {arm.label: arm for arm in before.experiment.arms}
    compared: set[str] = set()
    for arm in after.experiment.arms:
        # An interpreter's second arm is the same build, whose changes are listed once.
        if arm.label in arms and arm.interpreter not in compared:
            compared.add(arm.interpreter)
            yield from map(plain, build_changes(msgspec.structs.replace(arms[arm.label], label=arm.interpreter), arm))
    if old.sha256 != new.sha256:
        yield f"The workload's file: sha256 {old.sha256[:12]}, now {new.sha256[:12]}."


def _marked(points: Sequence[TrendPoint]) -> tuple[TrendPoint, ...]:
    """Number the changes, so that a reader finds a picture's mark in the table."""
    numbers = iter(range(1, len(points) + 1))
    return tuple(replace(point, mark=next(numbers) if point.changes else None) for point in points)
