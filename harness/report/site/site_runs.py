"""The runs of a site, read from their experiment.json and what their reports left, never from their journals."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from msgspec.structs import replace

from harness.analysis.results.between_runs import traits
from harness.errors import UsageError
from harness.records import Contrast, Experiment, Finding, Machine, Verdict
from harness.report.exports.contrasts_file import read_contrasts, read_findings
from harness.report.site.tracked import Tracked, tracked
from harness.report.text.escape import file_names
from harness.report.text.numbers import counted
from harness.runs import CONTRASTS, read_experiment

MOST_RATIO, YEARS = 1e9, range(1990, 2200)  # a number beyond them comes from a damaged file
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
VERDICTS: tuple[Verdict, ...] = ("faster", "slower", "equivalent", "undecided")


@dataclass(frozen=True)
class SiteRun:
    """A run that the site shows. `folder` is its place in the site, `tracked` are its contrasts that the site follows.

    `primaries` are those of the whole span; `findings` are None when the report is older than the file that holds them.
    """

    directory: Path
    folder: str
    started_at: datetime
    experiment: Experiment
    tracked: Mapping[str, tuple[Tracked, ...]]
    primaries: tuple[Contrast, ...]
    findings: tuple[Finding, ...] | None

    @property
    def date(self) -> str:
        """When it was started, for a reader."""
        return f"{self.started_at:%Y-%m-%d %H:%M} UTC"

    @property
    def provisional(self) -> bool:
        """Whether none of its numbers is more than a first look."""
        return self.experiment.provisional or all(contrast.provisional for contrast in self.primaries)

    @property
    def blocks(self) -> str:
        """How many blocks its contrasts are made from."""
        counts = {contrast.estimate.blocks for contrast in self.primaries}
        if len(counts) < 2:  # noqa: PLR2004 - one number, or none
            return counted(max(counts, default=0), "block")
        return f"{min(counts)} to {max(counts)} blocks"

    @cached_property
    def severities(self) -> Counter[str]:
        """How many findings there are of each severity."""
        return Counter(finding.severity for finding in self.findings or ())

    @cached_property
    def verdicts(self) -> list[str]:
        """How often each verdict was given."""
        counts = Counter(contrast.verdict for contrast in self.primaries if not contrast.provisional)
        return [f"{counts[verdict]} {verdict}" for verdict in VERDICTS if counts[verdict]]

    @property
    def kind(self) -> tuple[object, ...]:
        """The kind of its machine."""
        return traits(self.experiment.machine)


@dataclass(frozen=True)
class DamagedRun:
    """A folder that cannot be shown, and why."""

    name: str
    sentence: str


def site_runs(results: Path) -> tuple[list[SiteRun], list[DamagedRun]]:
    """Return the runs in a folder, newest first, and what cannot be shown; UsageError when there is no such folder."""
    try:
        directories = sorted(path for path in results.iterdir() if _is_folder(path))
    except OSError as error:
        message = f"{results} cannot be read ({error.strerror}). Name the folder of the run directories with --results."
        raise UsageError(message) from error
    folders = file_names((directory.name for directory in directories), ())
    runs: list[SiteRun] = []
    damaged: list[DamagedRun] = []
    for directory in directories:
        try:
            runs.append(_site_run(directory, folders[directory.name]))
        except UsageError as error:  # a published page must not show where the runs are on this machine
            damaged.append(DamagedRun(directory.name, str(error).replace(str(directory), directory.name)))
    return sorted(runs, key=lambda run: (run.started_at, run.directory.name), reverse=True), damaged


def _is_folder(path: Path) -> bool:
    """A link may lead anywhere, so it is not followed."""
    return path.is_dir() and not path.is_symlink() and not path.name.startswith(".")


def _site_run(directory: Path, folder: str) -> SiteRun:
    experiment = read_experiment(directory)
    whole = [_plausible(directory, contrast) for contrast in read_contrasts(directory) if contrast.span == "whole"]
    findings = read_findings(directory)
    return SiteRun(
        directory=directory,
        folder=folder,
        started_at=_start(directory, experiment.started_at),
        experiment=replace(experiment, pairs=(), skipped=()),  # they take most of its memory and are not shown
        tracked={workload.name: tuple(tracked(experiment, workload, whole)) for workload in experiment.workloads},
        primaries=tuple(contrast for contrast in whole if contrast.primary),
        findings=None if findings is None else tuple(findings),
    )


def _plausible(directory: Path, contrast: Contrast) -> Contrast:
    """Return the contrast if it can be drawn: a ratio of times is above 0 and not astronomical."""
    numbers = contrast.estimate[:3]
    if all(1 / MOST_RATIO < number < MOST_RATIO for number in numbers if number is not None):
        return contrast
    message = (
        f"{directory / CONTRASTS} is damaged ({contrast.estimate.point} is no ratio of times). Make it again with "
        f"`nox -s report -- {directory}`."
    )
    raise UsageError(message)


def _start(directory: Path, started_at: str) -> datetime:
    try:
        start = datetime.fromisoformat(started_at)
        if start.year in YEARS:
            return start.replace(tzinfo=start.tzinfo or UTC).astimezone(UTC)
    except ValueError:
        pass
    message = f"{directory} has no date: its `started_at` is {started_at!r}. Restore experiment.json from a copy."
    raise UsageError(message)


def machines(runs: Sequence[SiteRun]) -> dict[tuple[object, ...], str]:
    """Return a letter for each kind of machine, by when it was first measured on, so that a new one changes none."""
    kinds = dict.fromkeys(run.kind for run in reversed(runs))
    return dict(zip(kinds, _letters(), strict=False))


def _letters() -> Iterator[str]:
    yield from ALPHABET
    yield from (f"{first}{second}" for first in ALPHABET for second in ALPHABET)


def machine_name(machine: Machine) -> str:
    """Return the machine's hardware in words."""
    cpus = counted(machine.usable_cpus, "CPU")
    memory = f"{machine.memory_bytes / 2**30:.1f} GiB"
    return f"{machine.cpu_model or 'unknown CPU'}, {cpus}, {memory}, {machine.system} {machine.architecture}"
