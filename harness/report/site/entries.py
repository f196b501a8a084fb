"""What the site knows of a run: its own record of itself and what its report left, never its journal."""

from collections import Counter
from collections.abc import Iterator, Mapping
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

MOST_RATIO, YEARS = 1e9, range(1990, 2200)  # beyond them it is no run, but a damaged file
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
VERDICTS: tuple[Verdict, ...] = ("faster", "slower", "equivalent", "undecided")


@dataclass(frozen=True)
class Entry:
    """A run. `folder` is its place in the site, `tracked` what is followed over runs, by workload.

    `primaries` are the whole span's; `findings` are None when the report is older than the file that holds them.
    """

    run: Path
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
        return self.experiment.provisional or all(each.provisional for each in self.primaries)

    @property
    def blocks(self) -> str:
        """How many blocks its contrasts are made from."""
        counts = {each.blocks for each in self.primaries}
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
        kinds = Counter(each.verdict for each in self.primaries if not each.provisional)
        return [f"{kinds[kind]} {kind}" for kind in VERDICTS if kinds[kind]]

    @property
    def kind(self) -> tuple[object, ...]:
        """What tells its machine from others."""
        return traits(self.experiment.machine)


@dataclass(frozen=True)
class Damaged:
    """A folder that cannot be shown, and why."""

    name: str
    sentence: str


def entries(results: Path) -> tuple[list[Entry], list[Damaged]]:
    """Return the runs in a folder, newest first, and what cannot be shown; UsageError when there is no such folder."""
    try:
        runs = sorted(path for path in results.iterdir() if _is_folder(path))
    except OSError as error:
        message = f"{results} cannot be read ({error.strerror}). Name the folder of the run directories with --results."
        raise UsageError(message) from error
    folders = file_names((run.name for run in runs), ())
    found: list[Entry] = []
    damaged: list[Damaged] = []
    for run in runs:
        try:
            found.append(_entry(run, folders[run.name]))
        except UsageError as error:  # its sentence names the folder by its path, which is nobody's business
            damaged.append(Damaged(run.name, str(error).replace(str(run), run.name)))
    return sorted(found, key=lambda each: (each.started_at, each.run.name), reverse=True), damaged


def _is_folder(path: Path) -> bool:
    """A link may lead anywhere, so it is not followed."""
    return path.is_dir() and not path.is_symlink() and not path.name.startswith(".")


def _entry(run: Path, folder: str) -> Entry:
    experiment = read_experiment(run)
    whole = [_possible(run, contrast) for contrast in read_contrasts(run) if contrast.span == "whole"]
    findings = read_findings(run)
    return Entry(
        run=run,
        folder=folder,
        started_at=_moment(run, experiment.started_at),
        experiment=replace(experiment, pairs=(), skipped=()),  # most of its memory, and used up here
        tracked={each.name: tuple(tracked(experiment, each, whole)) for each in experiment.workloads},
        primaries=tuple(contrast for contrast in whole if contrast.primary),
        findings=None if findings is None else tuple(findings),
    )


def _possible(run: Path, contrast: Contrast) -> Contrast:
    """Return the contrast if pictures can be drawn of it: a ratio of times is above 0 and no astronomical number."""
    numbers = (contrast.ratio, contrast.low, contrast.high)
    if all(1 / MOST_RATIO < each < MOST_RATIO for each in numbers if each is not None):
        return contrast
    message = (
        f"{run / CONTRASTS} is damaged ({contrast.ratio} is no ratio of times). Make it again with `nox -s report`."
    )
    raise UsageError(message)


def _moment(run: Path, started_at: str) -> datetime:
    try:
        moment = datetime.fromisoformat(started_at)
        if moment.year in YEARS:
            return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except ValueError:
        pass
    message = f"{run} has no date: it says it was started at {started_at!r}. Take the file from a copy of the run."
    raise UsageError(message)


def machines(found: list[Entry]) -> dict[tuple[object, ...], str]:
    """Return a letter for each kind of machine, by when it was first measured on, so that a new one changes none."""
    kinds = dict.fromkeys(entry.kind for entry in reversed(found))
    return dict(zip(kinds, _letters(), strict=False))


def _letters() -> Iterator[str]:
    yield from ALPHABET
    yield from (f"{one}{other}" for one in ALPHABET for other in ALPHABET)


def machine_name(machine: Machine) -> str:
    """Return what a machine is, in the words of its hardware."""
    cpus = counted(machine.usable_cpus, "CPU")
    memory = f"{machine.memory_bytes / 2**30:.1f} GiB"
    return f"{machine.cpu_model or 'unknown CPU'}, {cpus}, {memory}, {machine.system} {machine.architecture}"
