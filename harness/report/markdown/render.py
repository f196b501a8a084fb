"""report.md: the view through its template."""

from functools import cache
from pathlib import Path

import jinja2

from harness.report.markdown.view import view
from harness.report.pictures.drawings import drawn_pictures
from harness.report.results import Results
from harness.runs import REPORT, replacing

TEMPLATE = "report.md.jinja"


def write_markdown(results: Results, run: Path) -> None:
    """Write report.md; it shows the pictures that are in the run directory."""
    with replacing(run / REPORT) as file:
        file.write(report(results, drawn_pictures(results, run)).encode())


def report(results: Results, pictures: set[str]) -> str:
    """Return the report as GitHub's Markdown."""
    return _template().render(report=view(results, pictures))


@cache
def _template() -> jinja2.Template:
    """The view is Markdown already, so nothing is escaped here."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # noqa: S701  (Markdown, not HTML: harness.report.text.escape.markdown has done it)
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template(TEMPLATE)
