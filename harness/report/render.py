"""All files of a report, in one tuple; when one cannot be made, the others still are."""

import sys
import traceback
from collections.abc import Callable
from pathlib import Path

from harness.errors import UsageError, writing
from harness.report.exports.contrasts_file import write_contrasts, write_findings
from harness.report.exports.pyperf_files import write_exports
from harness.report.markdown.render import write_markdown
from harness.report.page.page import write_page
from harness.report.pictures.drawings import write_pictures
from harness.report.results import Results

Renderer = Callable[[Results, Path], None]

# report.md comes after the pictures, because it shows those that could be drawn and says which could not.
RENDERERS: tuple[Renderer, ...] = (
    write_contrasts,
    write_findings,
    write_exports,
    write_pictures,
    write_markdown,
    write_page,
)


def render(results: Results, run: Path, renderers: tuple[Renderer, ...] = RENDERERS) -> tuple[str, ...]:
    """Write everything derived into a run directory and return a sentence for each part that failed.

    UsageError when the directory cannot be written to. Any other failure is a bug: its traceback goes to stderr.
    """
    problems: list[str] = []
    for renderer in renderers:
        try:
            with writing("The report", f"nox -s report -- {run}"):
                renderer(results, run)
        except UsageError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a library throws, the other parts are worth having
            traceback.print_exc(file=sys.stderr)
            failure = f"{renderer.__name__} failed with {type(error).__name__}: {error}"
            problems.append(f"{failure}. Its files are missing or old; the trials and all other files are unharmed.")
    return tuple(problems)
