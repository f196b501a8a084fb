"""The pages of the site: an index, a page for each run, and one for each workload's file."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from harness.records import Contrast
from harness.report.html.frame import rendered
from harness.report.pictures.vega import STYLE, VEGA_LITE, Spec, svg
from harness.report.sections.summary import arms_line, heading
from harness.report.sections.table import blocks_cell, case_label
from harness.report.site.entries import Damaged, Entry, machine_name, machines
from harness.report.site.files import OWN_PAGE, Folder, shared
from harness.report.site.history import Letters, Line, families, lines
from harness.report.site.trend import MOST, alternative, trend
from harness.report.text.escape import file_names, one_line
from harness.report.text.file_names import picture_names, series_names
from harness.report.text.numbers import counted, ratio_with_bounds
from harness.runs import REPORT

FEW_WORKLOADS, FEW_RATIOS = 3, 2  # of a run in the index; its page has all


@dataclass(frozen=True)
class Picture:
    """A picture of a run's own that its page shows."""

    file: str
    title: str
    alternative: str


@dataclass(frozen=True)
class Drawn:
    """A line of a workload's history with its picture."""

    line: Line
    file: str
    alternative: str


def write_pages(folder: Folder, found: Sequence[Entry], damaged: Sequence[Damaged]) -> None:
    """Write the whole site; `found` has the newest run first."""
    letters = machines(list(found))
    names = families(found)
    pages = file_names(names, ("index",))
    for entry in found:
        _run(folder, entry, letters, pages)
    for name in names:
        _workload(folder, name, pages[name], lines(found, name, letters), _present(found, letters))
    text = rendered(
        "site/index.html.jinja",
        title="Runs of the free-threading experiment",
        entries=found,
        damaged=damaged,
        letters=letters,
        machines=_present(found, letters),
        workloads=[(name, f"workloads/{pages[name]}.html", _summary(found, name)) for name in names],
        headline=headline,
        few=FEW_WORKLOADS,
        trust=trust,
        counted=counted,
    )
    folder.write("index.html", text)


def headline(entry: Entry) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return workloads with the ratios that the index shows: (what is against what, ratio with interval).

    The first and the last point stand for a series.
    """
    shown = []
    points = [workload for workload in entry.experiment.workloads if workload.is_point]
    ends = {each.family: each for each in reversed(points)}, {each.family: each for each in points}
    for workload in entry.experiment.workloads:
        if workload.is_point and workload not in (end[workload.family] for end in ends):
            continue
        ratios = entry.tracked[workload.name][:FEW_RATIOS]
        shown.append((workload.name, [(_said(each.contrast), each.ratio) for each in ratios]))
    return [(name, ratios) for name, ratios in shown if ratios]


def _said(contrast: Contrast) -> str:
    """What is against what, without the workload's name."""
    subject, baseline = contrast.subject, contrast.baseline
    if subject.case == baseline.case:
        return f"{case_label(subject)}, {subject.arm} against {baseline.arm}"
    return f"{case_label(subject)} against {case_label(baseline)} on {subject.arm}"


def trust(entry: Entry) -> list[tuple[str, str]]:
    """Return what speaks for and against a run's numbers: (style, sentence)."""
    first = ("warning", "provisional") if entry.provisional else ("fine", "with verdicts")
    said = [first, ("", entry.blocks)]
    if entry.findings is None:
        return [*said, ("warning", "findings unknown: make its report again")]
    counts = [(kind, counted(entry.severities[kind], kind)) for kind in ("error", "warning", "note")]
    some = [(kind if kind != "note" else "", words) for kind, words in counts if not words.startswith("0 ")]
    return [*said, *(some or [("fine", "no findings")])]


def _present(found: Sequence[Entry], letters: Letters) -> list[tuple[str, str]]:
    """Each machine's letter and what it is; the newest run's memory and system stand for all of its kind."""
    named = {letters[entry.kind]: machine_name(entry.experiment.machine) for entry in reversed(found)}
    return sorted(named.items(), key=lambda each: (len(each[0]), each[0]))


def _summary(found: Sequence[Entry], family: str) -> str:
    """What the newest run says that the workload is."""
    return next(each.summary for entry in found for each in entry.experiment.workloads if each.family == family)


def _run(folder: Folder, entry: Entry, letters: Letters, pages: Mapping[str, str]) -> None:
    place = f"runs/{entry.folder}"
    files = shared(entry.run)
    for file in files:
        folder.copy(file, f"{place}/{file.name}")
    names = {file.name for file in files}
    text = rendered(
        "site/run.html.jinja",
        title=heading(entry.experiment, one_line),
        entry=entry,
        machine=letters[entry.kind],
        hardware=machine_name(entry.experiment.machine),
        arms=arms_line(entry.experiment, one_line),
        trust=trust(entry),
        report=next((name for name in (OWN_PAGE, REPORT) if name in names), None),
        files=[name for name in sorted(names) if not name.endswith(".svg")],
        pictures=[picture for picture in _pictures(entry) if picture.file in names],
        pages=pages,
        case_label=case_label,
        shown=ratio_with_bounds,
        blocks=blocks_cell,
    )
    folder.write(f"{place}/index.html", text)


def _pictures(entry: Entry) -> list[Picture]:
    """Those that a run's report draws of each workload, and of each series."""
    experiment = entry.experiment
    made = [
        Picture(
            file, name, f"{name}: times by mode, workers and arm, and speed-ups over serial; the report has a table"
        )
        for name, file in picture_names(experiment).items()
    ]
    for file, name in series_names(experiment).items():
        family = next(each.family for each in experiment.workloads if each.file == file)
        words = f"{family}: what its points bring each mode and arm; the report has a table"
        made.append(Picture(name, f"{family}, all points", words))
    return made


def _workload(folder: Folder, name: str, page: str, found: list[Line], present: list[tuple[str, str]]) -> None:
    drawn = [Drawn(line, _draw(folder, page, trend(line)), alternative(line)) for line in found]
    seen = {moment.machine for line in found for moment in line.moments}
    works: dict[str, list[Drawn]] = {}
    for each in drawn:
        works.setdefault(str(each.line.work), []).append(each)
    text = rendered(
        "site/workload.html.jinja",
        title=f"{name} over runs",
        works=works,
        machines=[(letter, hardware) for letter, hardware in present if letter in seen],
        most=MOST,
    )
    folder.write(f"workloads/{page}.html", text)


def _draw(folder: Folder, page: str, drawn: Spec) -> str:
    """Draw a picture unless one of the same content is there: the file's name is its digest."""
    content = msgspec.json.encode((drawn, STYLE, VEGA_LITE))
    file = f"{page}-{hashlib.sha256(content).hexdigest()[:16]}.svg"
    if not folder.has(f"workloads/{file}"):
        folder.write(f"workloads/{file}", svg(drawn))
    return file
