"""The section about one workload: its sentences, its times, its contrasts, and what else was measured about it."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

from harness.records import Experiment, Workload
from harness.report.results import Results
from harness.report.sections.break_even import break_even_part
from harness.report.sections.contrasts import contrast_parts
from harness.report.sections.decomposition import decomposition_part
from harness.report.sections.downloads import server_part, sites_line
from harness.report.sections.latency import latency_contrasts_part, latency_part
from harness.report.sections.memory import memory_part
from harness.report.sections.part import Part, Picture
from harness.report.sections.scaling import jobs_of, scaling_part
from harness.report.sections.sharing import counted_part
from harness.report.sections.time_use import usage_part
from harness.report.sections.times import times_part
from harness.report.sentences.footnotes import mark_notes
from harness.report.text.escape import Markdown, html, markdown
from harness.report.text.file_names import picture_names

Files = Mapping[tuple[str, str], str]  # of existing pictures, by kind and workload

PICTURE_KINDS = ("", "latency", "decomposition", "scaling")
NOT_USABLE = Markdown("No trial of this workload was usable, so it has no table and no picture.")

# A function returns None where there is nothing to show.
PARTS: tuple[Callable[[Results, Workload], Part | None], ...] = (
    latency_part,
    latency_contrasts_part,
    decomposition_part,
    scaling_part,
    break_even_part,
    usage_part,
    counted_part,
    memory_part,
    server_part,
)


@dataclass(frozen=True)
class Section:
    """One workload; `html_name` is its name next to a tag, where nothing is Markdown; `notes` are to its sentences."""

    name: Markdown
    html_name: str
    folded: bool
    paragraphs: tuple[Markdown, ...]
    sentences: tuple[Markdown, ...]
    notes: tuple[Markdown, ...]
    parts: tuple[Part, ...]


def sections_of(
    results: Results, sentences: Mapping[str, tuple[Markdown, ...]], pictures: Collection[str]
) -> tuple[Section, ...]:
    """Return a section per workload, points of series last; `sentences` are those that the first screen left out."""
    experiment = results.experiment
    files = {
        (kind, name): file
        for kind in PICTURE_KINDS
        for name, file in picture_names(experiment, kind).items()
        if file in pictures
    }
    workloads = sorted(experiment.workloads, key=lambda workload: workload.is_point)
    return tuple(_section(results, workload, sentences[workload.name], files) for workload in workloads)


def _section(results: Results, workload: Workload, sentences: tuple[Markdown, ...], files: Files) -> Section:
    measured = bool(results.of(workload).times)
    return Section(
        name=markdown(workload.name),
        html_name=html(workload.name),
        folded=workload.is_point,
        paragraphs=(_about(results.experiment, workload), *(() if measured else (NOT_USABLE,))),
        sentences=sentences,
        notes=mark_notes(results.experiment, sentences),
        parts=_parts(results, workload, files) if measured else (),
    )


def _parts(results: Results, workload: Workload, files: Files) -> tuple[Part, ...]:
    parts = [times_part(results, workload, files.get(("", workload.name))), *contrast_parts(results, workload)]
    for make in PARTS:
        part = make(results, workload)
        if part is not None:
            file = files.get((part.kind, workload.name)) if part.kind else None
            shows = Markdown(f"{part.title}: {markdown(workload.name)}")
            parts.append(replace(part, picture=Picture(file, shows)) if file else part)
    return tuple(parts)


def _about(experiment: Experiment, workload: Workload) -> Markdown:
    bound = "CPU-bound" if workload.bound == "cpu" else "I/O-bound"
    vary = f" Its answers may differ: {markdown(workload.answers_vary)}" if workload.answers_vary else ""
    sites = sites_line(experiment, workload)
    return Markdown(
        f"{markdown(workload.summary)} ({bound}, {jobs_of(experiment, workload)}, "
        f"{markdown(workload.file)}, sha256 {markdown(workload.sha256[:12])}.){f' {sites}' if sites else ''}{vary}"
    )
