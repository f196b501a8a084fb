"""Print the report's first screen, and the paths of the reports."""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from harness.report.results import Results
from harness.report.sections.part import Table
from harness.report.sections.which_mode import TITLE, decision_table
from harness.report.sentences.first_screen import conclusions, provisional_line, title
from harness.report.sentences.footnotes import footnotes
from harness.report.sentences.trust import all_clear, doubts
from harness.report.text.escape import Markdown, one_line, plain
from harness.runs import PAGE, REPORT


def show(results: Results, run: Path, problems: tuple[str, ...]) -> None:
    """Print the conclusions, the doubts, the parts that failed, and the paths of the reports."""
    console = Console(highlight=False, soft_wrap=not sys.stdout.isatty())
    _line(console, plain(title(results.experiment)), "bold")
    provisional = provisional_line(results)
    if provisional:
        _line(console, plain(provisional), "yellow")
    workloads = results.experiment.workloads
    concluded = {workload.name: conclusions(results.of(workload)) for workload in workloads if not workload.is_point}
    for name, sentences in concluded.items():
        _list(console, f"{one_line(name)}:" if len(workloads) > 1 else "", sentences)
    for family, count in Counter(workload.family for workload in workloads if workload.is_point).items():
        _line(console, f"{one_line(family)}, measured at {count} points: see the report.")
    for note in footnotes(results.experiment, chain.from_iterable(concluded.values())):
        _line(console, plain(note))
    table = decision_table(results)
    if table:
        _list(console, f"{plain(TITLE)}:", _decisions(table))
    reasons = doubts(results)
    _list(console, "What not to believe:" if reasons else plain(all_clear(results)), reasons)
    for problem in problems:
        _line(console, problem, "red")
    for file in (REPORT, PAGE):
        if (run / file).is_file():
            _line(console, f"Report: {run / file}")


def _decisions(table: Table) -> Iterator[Markdown]:
    """Yield a line per cell, because a terminal is too narrow for the table."""
    for workload, *cells in table.rows:
        for arm, cell in zip(table.header[1:], cells, strict=True):
            yield Markdown(f"{workload.text} on {arm}: {cell.text}.")


def _list(console: Console, heading: str, sentences: Iterable[Markdown]) -> None:
    if heading:
        _line(console, heading, "bold")
    for sentence in sentences:
        _line(console, plain(sentence), indent=2)


def _line(console: Console, text: str, style: str = "", *, indent: int = 0) -> None:
    """Print a paragraph; on a terminal it is wrapped and indented, elsewhere it is one line for programs to read."""
    if console.is_terminal:
        console.print(Padding(Text(text, style=style), (0, 0, 0, indent)))
    else:
        console.print(Text(" " * indent + text), soft_wrap=True)
