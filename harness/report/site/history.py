"""A workload over runs: what was followed in the same work, a series per kind of machine, and what changed between."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from msgspec.structs import replace

from harness.records import Workload
from harness.report.programs.differences import build_changes
from harness.report.sections.table import blocks_cell
from harness.report.site.entries import Entry
from harness.report.site.tracked import Tracked
from harness.report.text.escape import one_line
from harness.report.text.numbers import ratio_with_bounds

Letters = Mapping[tuple[object, ...], str]


class Work(NamedTuple):
    """What has to be equal for ratios of two runs to be about the same work."""

    workload: str
    size: str
    scaling: str
    real_sites: bool

    def __str__(self) -> str:
        sites = ", real sites" if self.real_sites else ""
        return f"{self.workload}: size {self.size}, {self.scaling} scaling{sites}"


@dataclass(frozen=True)
class Moment:
    """A followed contrast in one run. `changes` says what is new since the machine's run before, and `mark` counts."""

    entry: Entry
    machine: str
    tracked: Tracked
    changes: tuple[str, ...]
    mark: int | None

    @property
    def ratio(self) -> str:
        """The ratio with its interval."""
        return ratio_with_bounds(self.tracked.contrast)

    @property
    def blocks(self) -> str:
        """How many blocks it is made from."""
        return blocks_cell(self.tracked.contrast)

    @property
    def verdict(self) -> str:
        """Its verdict, or that it has none."""
        contrast = self.tracked.contrast
        return "none" if contrast.provisional or contrast.verdict is None else contrast.verdict


@dataclass(frozen=True)
class Line:
    """One followed contrast over runs, the oldest first."""

    work: Work
    name: str
    about: str
    moments: tuple[Moment, ...]


def families(found: Sequence[Entry]) -> list[str]:
    """Return the names of the workloads' files, sorted: the points of a series are on one page."""
    return sorted({workload.family for entry in found for workload in entry.experiment.workloads})


def lines(found: Sequence[Entry], family: str, letters: Letters) -> list[Line]:
    """Return what is followed of a workload's file, in the order in which a reader wants it."""
    moments: dict[tuple[Work, str], list[Moment]] = {}
    latest: dict[tuple[Work, str], tuple[Entry, Workload]] = {}
    for entry in reversed(found):
        for workload in (each for each in entry.experiment.workloads if each.family == family):
            letter, work = letters[entry.kind], _work(entry, workload)
            before = latest.get((work, letter))
            changes = tuple(_changes(*before, entry, workload)) if before else ()
            latest[work, letter] = entry, workload
            for tracked in entry.tracked[workload.name]:
                moments.setdefault((work, tracked.name), []).append(Moment(entry, letter, tracked, changes, None))
    order = {work: number for number, work in enumerate(dict.fromkeys(work for work, _ in moments))}
    made = [Line(work, name, each[-1].tracked.about, _marked(each)) for (work, name), each in moments.items()]
    return sorted(made, key=lambda line: order[line.work])


def _work(entry: Entry, workload: Workload) -> Work:
    asked = entry.experiment.settings
    return Work(workload.name, asked.size, asked.scaling, bool(asked.sites))


def _changes(before: Entry, old: Workload, after: Entry, new: Workload) -> Iterator[str]:
    """Yield what differs in the interpreters that both runs have, and whether the workload's file does."""
    arms = {arm.label: arm for arm in before.experiment.arms}
    seen: set[str] = set()
    for arm in after.experiment.arms:
        # An interpreter's second arm is the same build: what is new in it is told once.
        if arm.label in arms and arm.interpreter not in seen:
            seen.add(arm.interpreter)
            yield from build_changes(replace(arms[arm.label], label=arm.interpreter), arm, one_line)
    if old.sha256 != new.sha256:
        yield f"The workload's file: sha256 {old.sha256[:12]}, now {new.sha256[:12]}."


def _marked(moments: Sequence[Moment]) -> tuple[Moment, ...]:
    """Number the changes, so that a mark in the picture is found in the table."""
    count = 0
    made = []
    for moment in moments:
        count += bool(moment.changes)
        mark = count if moment.changes else None
        made.append(Moment(moment.entry, moment.machine, moment.tracked, moment.changes, mark))
    return tuple(made)
