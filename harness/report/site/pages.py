"""The pages of the site: an index, a page for each run, and one for each workload's file."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from harness.records import Contrast, Experiment
from harness.report.html.frame import rendered
from harness.report.pictures.vega import STYLE, VEGA_LITE, Spec, svg
from harness.report.sections.part import case_label
from harness.report.sentences.first_screen import arms_line, title
from harness.report.site.files import OWN_PAGE, Folder, shared
from harness.report.site.history import Letters, Trend, families, trends
from harness.report.site.site_runs import DamagedRun, SiteRun, machine_name, machines
from harness.report.site.trend_picture import MOST, alternative, trend_picture
from harness.report.text.escape import file_names, plain
from harness.report.text.file_names import picture_names, series_names
from harness.report.text.numbers import counted, ratio_with_bounds
from harness.report.text.phrases import word
from harness.runs import REPORT

FEW_WORKLOADS, FEW_RATIOS = 3, 2  # of a run in the index; its page has all


@dataclass(frozen=True)
class RunPicture:
    """A picture from a run directory, shown on the run's page."""

    file: str
    title: str
    alternative: str


@dataclass(frozen=True)
class DrawnTrend:
    """A trend with its picture."""

    trend: Trend
    file: str
    alternative: str


def write_pages(folder: Folder, runs: Sequence[SiteRun], damaged: Sequence[DamagedRun]) -> None:
    """Write the whole site; `runs` has the newest run first."""
    letters = machines(runs)
    names = families(runs)
    pages = file_names(names, ("index",))
    for run in runs:
        _write_run(folder, run, letters, pages)
    for name in names:
        _write_workload(folder, name, pages[name], trends(runs, name, letters), _hardware(runs, letters))
    text = rendered(
        "site/index.html.jinja",
        title="Runs of the free-threading experiment",
        runs=runs,
        damaged=damaged,
        letters=letters,
        machines=_hardware(runs, letters),
        workloads=[(name, f"workloads/{pages[name]}.html", _summary(runs, name)) for name in names],
        headline=headline,
        few=FEW_WORKLOADS,
        trust=trust,
        counted=counted,
    )
    folder.write("index.html", text)


def headline(run: SiteRun) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return workloads with the ratios that the index shows: (subject against baseline, ratio with interval).

    The first and the last point stand for a series.
    """
    headlines = []
    points = [workload for workload in run.experiment.workloads if workload.is_point]
    first, last = {point.family: point for point in reversed(points)}, {point.family: point for point in points}
    for workload in run.experiment.workloads:
        if workload.is_point and workload not in (first[workload.family], last[workload.family]):
            continue
        ratios = [(_sides(tracked.contrast), tracked.ratio) for tracked in run.tracked[workload.name][:FEW_RATIOS]]
        headlines.append((workload.name, ratios))
    return [(name, ratios) for name, ratios in headlines if ratios]


def _sides(contrast: Contrast) -> str:
    """Subject against baseline, without the workload's name."""
    subject, baseline = contrast.subject, contrast.baseline
    if subject.case == baseline.case:
        return f"{case_label(subject)}, {subject.arm} against {baseline.arm}"
    return f"{case_label(subject)} against {case_label(baseline)} on {subject.arm}"


def trust(run: SiteRun) -> list[tuple[str, str]]:
    """Return the reasons for and against believing a run's numbers: (style, words)."""
    status = ("warning", "provisional") if run.provisional else ("fine", "with verdicts")
    reasons = [status, ("", run.blocks)]
    if run.findings is None:
        return [*reasons, ("warning", "findings unknown: make its report again")]
    styles = {"error": "error", "warning": "warning", "note": ""}
    counts = [(styles[kind], counted(run.severities[kind], kind)) for kind in styles if run.severities[kind]]
    return [*reasons, *(counts or [("fine", "no findings")])]


def _hardware(runs: Sequence[SiteRun], letters: Letters) -> list[tuple[str, str]]:
    """Return each machine's letter and hardware."""
    names = {letters[run.kind]: machine_name(run.experiment.machine) for run in reversed(runs)}
    return sorted(names.items(), key=lambda item: (len(item[0]), item[0]))


def _summary(runs: Sequence[SiteRun], family: str) -> str:
    """Return the workload's summary in the newest run that has it."""
    workloads = (workload for run in runs for workload in run.experiment.workloads)
    return next(workload.summary for workload in workloads if workload.family == family)


def _write_run(folder: Folder, run: SiteRun, letters: Letters, pages: Mapping[str, str]) -> None:
    place = f"runs/{run.folder}"
    files = shared(run.directory)
    for file in files:
        folder.copy(file, f"{place}/{file.name}")
    names = {file.name for file in files}
    text = rendered(
        "site/run.html.jinja",
        title=plain(title(run.experiment)),
        run=run,
        machine=letters[run.kind],
        hardware=machine_name(run.experiment.machine),
        arms=plain(arms_line(run.experiment)),
        trust=trust(run),
        report=next((name for name in (OWN_PAGE, REPORT) if name in names), None),
        files=[name for name in sorted(names) if not name.endswith(".svg")],
        pictures=[picture for picture in _pictures(run.experiment) if picture.file in names],
        pages=pages,
        case_label=case_label,
        shown=ratio_with_bounds,
        blocks=lambda contrast: contrast.estimate.blocks,
        word=word,
    )
    folder.write(f"{place}/index.html", text)


def _pictures(experiment: Experiment) -> list[RunPicture]:
    """Return the pictures that a report draws of each workload and of each series."""
    times = "times by mode, workers and arm, and speed-ups over serial; the report has a table"
    pictures = [RunPicture(file, name, f"{name}: {times}") for name, file in picture_names(experiment).items()]
    for file, name in series_names(experiment).items():
        family = next(workload.family for workload in experiment.workloads if workload.file == file)
        words = f"{family}: ratios of each mode and arm over its points; the report has a table"
        pictures.append(RunPicture(name, f"{family}, all points", words))
    return pictures


def _write_workload(
    folder: Folder, name: str, page: str, of_workload: list[Trend], hardware: list[tuple[str, str]]
) -> None:
    works: dict[str, list[DrawnTrend]] = {}
    for trend in of_workload:
        drawn = DrawnTrend(trend, _draw(folder, page, trend_picture(trend)), alternative(trend))
        works.setdefault(str(trend.work), []).append(drawn)
    letters = {point.machine for trend in of_workload for point in trend.points}
    text = rendered(
        "site/workload.html.jinja",
        title=f"{name} over runs",
        works=works,
        machines=[(letter, machine) for letter, machine in hardware if letter in letters],
        most=MOST,
    )
    folder.write(f"workloads/{page}.html", text)


def _draw(folder: Folder, page: str, spec: Spec) -> str:
    """Draw a picture unless the site has it: the file's name is the digest of its content."""
    content = msgspec.json.encode((spec, STYLE, VEGA_LITE))
    file = f"{page}-{hashlib.sha256(content).hexdigest()[:16]}.svg"
    if not folder.has(f"workloads/{file}"):
        folder.write(f"workloads/{file}", svg(spec))
    return file
