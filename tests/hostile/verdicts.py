"""What must hold of every run directory, whatever is in it: a sentence, or a report whose every number is one."""

import contextlib
import math
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt

from harness.analysis.stopping import given_up_sides
from harness.analysis.values_per_process import replanned
from harness.errors import UsageError
from harness.experiment import resume
from harness.experiment.options import Options
from harness.report.exports.contrasts_file import write_contrasts
from harness.report.exports.csv_files import write_csv
from harness.report.exports.pyperf_files import export
from harness.report.markdown.render import report
from harness.report.results import Results, derive
from harness.runs import EXPERIMENT, TRIALS

ROW = re.compile(r"<tr>(.*?)</tr>", re.DOTALL)
NO_NUMBER = re.compile(r"(?<![A-Za-z\"\\])(nan|-?inf)(?![A-Za-z])")


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def read[Content](run: Path, experiment: bytes, journal: bytes, how: Callable[[Path], Content]) -> Content | str:
    """Write both files and read the run: return what came of that, or the sentence that refuses it."""
    (run / EXPERIMENT).write_bytes(experiment)
    (run / TRIALS).write_bytes(journal)
    try:
        return how(run)
    except UsageError as error:
        sentence = str(error)
        assert sentence.isprintable(), sentence
        return sentence


def examine(run: Path, experiment: bytes, journal: bytes, *, page: bool = True) -> Results | str:
    """Do with a run what every command does with it, and return what came out, or the refusal.

    Looking at the page as HTML takes longer than all else, so it can be left out.
    """
    results = read(run, experiment, journal, derive)
    if isinstance(results, str):
        return results
    numbers_are_numbers(results)
    text = report(results, set())
    assert not NO_NUMBER.search(text), NO_NUMBER.search(text)
    if page:
        tables_are_whole(text)
    write_contrasts(results, run)
    write_csv(results, run)
    for arm in results.experiment.arms:
        export(results, arm)
    with contextlib.suppress(UsageError):
        resume.options_of(results.experiment, Options())
    given_up_sides(results.journal.trials)
    replanned(results.experiment, results.journal.trials, 11)
    return results


def numbers_are_numbers(results: Results) -> None:
    """Every estimate is finite and positive, and inside its interval."""
    estimates = [contrast.estimate for contrast in results.contrasts] + [time.estimate for time in results.times]
    for point, low, high, blocks in estimates:
        assert blocks >= 1
        assert 0 < point < math.inf, point
        if low is not None:
            assert high is not None
            assert 0 < low <= point * (1 + 1e-9), (low, point, high)
            assert point <= high * (1 + 1e-9) < math.inf, (low, point, high)


def tables_are_whole(page: str) -> None:
    """Every row of a table has as many cells as its head, and no HTML is on the page but the template's own."""
    html = _parser().render(page)
    for table in html.split("<table>")[1:]:
        cells = {len(re.findall("<t[hd]", row)) for row in ROW.findall(table.partition("</table>")[0])}
        assert len(cells) == 1, cells
    tags = set(re.findall(r"<(/?[a-z!][a-z0-9]*)", html))
    strange = tags - _OWN
    assert not strange, strange


_OWN = {f"{end}{tag}" for end in ("", "/") for tag in ("h1", "h2", "h3", "h4", "p", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td", "strong", "em", "code", "pre", "details", "summary", "br", "a", "img", "hr", "blockquote")}  # fmt: skip
