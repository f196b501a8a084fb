"""The whole report as parts, once for every page that shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from harness.records import Experiment, Finding, Side, Skipped
from harness.report.markdown.workload_section import Section, sections_of
from harness.report.results import Results
from harness.report.sections.break_even import series_files, series_part
from harness.report.sections.part import Part, case_label
from harness.report.sections.provenance import provenance_parts
from harness.report.sections.published import published_part
from harness.report.sections.scaling import scaling_line
from harness.report.sections.sharing import sharing_part
from harness.report.sections.which_mode import which_mode_part
from harness.report.sentences.first_screen import arms_line, below, concluded, provisional_line, title, top
from harness.report.sentences.footnotes import footnotes
from harness.report.sentences.trust import all_clear, chance_line, doubts, noise_line
from harness.report.text.escape import Markdown, markdown
from harness.report.text.file_names import series_names

FEW_SIDES = 6
HOW_TO_READ = Markdown(
    "How to read the numbers: a ratio is time(baseline) / time(subject), so above 1 the subject takes less time. "
    "Brackets are 95 % intervals. Each ratio is estimated from pairs within the same block, where the machine's drift "
    "cancels. The interval of a time includes that drift and is wider, so never compare two times by their intervals. "
    "*Whole* is start, work and stop: what a script takes, and what the sentences above compare. *Work* is the part "
    "from the first job's start to the last job's end. Only primary contrasts, which were declared before measuring, "
    "get a verdict, about their whole span; all others show an interval only."
)


@dataclass(frozen=True)
class Reason:
    """One finding: its sentence and what helps to act on it; `links` are all its sides with their anchors."""

    severity: str
    sentence: Markdown
    sides: Markdown
    remedy: Markdown
    links: tuple[tuple[Markdown, str | None], ...]


@dataclass(frozen=True)
class View:
    """The whole report, in its order. `notices` hold for everything below them, `footnotes` for `top`."""

    title: Markdown
    arms: Markdown
    notices: tuple[Markdown, ...]
    top: tuple[tuple[Markdown, tuple[Markdown, ...]], ...]
    footnotes: tuple[Markdown, ...]
    which_mode: Part | None
    doubts: Part
    overviews: tuple[Part, ...]
    sections: tuple[Section, ...]
    comparisons: tuple[Part, ...]
    findings: tuple[Reason, ...]
    provenance: tuple[Part, ...]


@lru_cache(maxsize=1)
def view(results: Results, pictures: frozenset[str]) -> View:
    """Return the view of a run; `pictures` are the file names of those that exist."""
    experiment, conclusions = results.experiment, concluded(results)
    first = top(results, conclusions)
    series = {file: name for file, name in series_names(experiment).items() if name in pictures}
    sharing, published = sharing_part(results), published_part(results)
    return View(
        title=title(experiment),
        arms=arms_line(experiment),
        notices=tuple(line for line in (scaling_line(experiment), provisional_line(results)) if line is not None),
        top=first,
        footnotes=footnotes(experiment, (sentence for _, sentences in first for sentence in sentences)),
        which_mode=which_mode_part(results),
        doubts=_doubts(results),
        overviews=(
            *((sharing,) if sharing else ()),
            *(series_part(results, file, series.get(file)) for file in series_files(results)),
        ),
        sections=sections_of(results, {w.name: below(results, w, conclusions) for w in experiment.workloads}, pictures),
        comparisons=(*((published,) if published else ()), *_skipped(experiment)),
        findings=tuple(_reason(finding, results.anchors) for finding in results.findings),
        provenance=provenance_parts(results),
    )


def _doubts(results: Results) -> Part:
    found, noise = doubts(results), noise_line(results)
    return Part(
        title=Markdown("What not to believe"),
        paragraphs=() if found else (all_clear(results),),
        bullets=found,
        notes=(chance_line(results), *((noise,) if noise else ()), HOW_TO_READ),
    )


def _skipped(experiment: Experiment) -> tuple[Part, ...]:
    lines = tuple(dict.fromkeys(_skipped_line(experiment, skipped) for skipped in experiment.skipped))
    return (Part(title=Markdown("What was not measured"), bullets=lines),) if lines else ()


def _skipped_line(experiment: Experiment, skipped: Skipped) -> Markdown:
    families = {workload.name: workload.family for workload in experiment.workloads}
    name = families.get(skipped.workload, skipped.workload)
    count = "" if skipped.workers is None else f" {skipped.workers}"
    return Markdown(f"{markdown(name)}, {skipped.mode}{count}: {markdown(skipped.reason)}")


def _reason(finding: Finding, anchors: Mapping[Side, str]) -> Reason:
    sides = [
        Markdown(f"{markdown(side.workload)} {case_label(side)} on {markdown(side.arm)}") for side in finding.sides
    ]
    more = f" and {len(sides) - FEW_SIDES} more" if len(sides) > FEW_SIDES else ""
    return Reason(
        severity=finding.severity,
        sentence=markdown(finding.sentence),
        sides=Markdown(", ".join(sides[:FEW_SIDES]) + more),
        remedy=markdown(finding.remedy),
        links=tuple(zip(sides, (anchors.get(side) for side in finding.sides), strict=True)),
    )
