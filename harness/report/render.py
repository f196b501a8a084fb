"""Everything a report consists of, in one tuple; one part that fails does not take the others with it."""

import sys
import traceback
from collections.abc import Callable
from pathlib import Path

from harness.errors import UsageError
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
            renderer(results, run)
        except OSError as error:
            where = f"{error.filename or run} cannot be written ({error.strerror})"
            message = f"{where}. Mend that and make the report again with `nox -s report -- {run}`."
            raise UsageError(message) from error
        except Exception as error:  # noqa: BLE001 - whatever a library throws, the other parts are worth having
            traceback.print_exc(file=sys.stderr)
            said = f"{renderer.__name__} failed with {type(error).__name__}: {error}"
            problems.append(f"{said}. What it writes is missing or old; the trials and everything else are unharmed.")
    return tuple(problems)
