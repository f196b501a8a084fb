"""report.md: the view as GitHub's Markdown."""

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from harness.report.markdown.view import Reason, View, view
from harness.report.markdown.workload_section import Section
from harness.report.pictures.drawings import drawn_pictures
from harness.report.results import Results
from harness.report.sections.part import Part, markdown_lines
from harness.runs import REPORT, replacing


def write_markdown(results: Results, run: Path) -> None:
    """Write report.md; it shows the pictures that are in the run directory."""
    with replacing(run / REPORT) as file:
        file.write(report(results, drawn_pictures(results, run)).encode())


def report(results: Results, pictures: Collection[str]) -> str:
    """Return the report as GitHub's Markdown."""
    return "\n\n".join(_blocks(view(results, frozenset(pictures)))) + "\n"


def _blocks(report: View) -> Iterator[str]:
    """Yield headings, paragraphs, lists, tables and pictures: what blank lines separate."""
    yield f"# {report.title}"
    yield report.arms
    yield from (f"> **{notice}**" for notice in report.notices)
    for name, sentences in report.top:
        if len(report.top) > 1:
            yield f"**{name}**"
        yield _list(sentences)
    yield from report.footnotes
    for part in (*((report.which_mode,) if report.which_mode else ()), report.doubts, *report.overviews):
        yield from _part(part, "##")
    for section in report.sections:
        yield from _section(section)
    for part in report.comparisons:
        yield from _part(part, "##")
    yield "## Findings"
    yield _list([_finding(finding) for finding in report.findings]) if report.findings else "None."
    for part in report.provenance:
        yield from _part(part, "##")


def _section(section: Section) -> Iterator[str]:
    yield f"<details><summary>{section.html_name}</summary>" if section.folded else f"## {section.name}"
    yield from section.paragraphs
    if section.sentences:
        yield _list(section.sentences)
    yield from section.notes
    for part in section.parts:
        yield from _part(part, "###")
    if section.folded:
        yield "</details>"


def _part(part: Part, heading: str) -> Iterator[str]:
    if part.folded:
        yield f"<details><summary>{part.title}</summary>"
    elif part.title:
        yield f"{heading} {part.title}"
    yield from part.paragraphs
    if part.bullets:
        yield _list(part.bullets)
    if part.table:
        yield "\n".join(markdown_lines(part.table))
    if part.picture:
        yield f"![{part.picture.shows}; the tables have the numbers]({part.picture.file})"
    yield from part.notes
    if part.folded:
        yield "</details>"


def _finding(finding: Reason) -> str:
    remedy = f" {finding.remedy}" if finding.remedy else ""
    sides = f"<br>Affects {finding.sides}." if finding.sides else ""
    return f"**{finding.severity}**: {finding.sentence}{remedy}{sides}"


def _list(lines: Sequence[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)
