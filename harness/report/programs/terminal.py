"""What the terminal says at the end: the first screen, and where the report is."""

import sys
from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from harness.report.results import Results
from harness.report.sections.summary import all_clear, doubts, provisional_line, title
from harness.report.sections.which_mode import decision_table
from harness.report.sentences.conclusions import conclusions
from harness.report.sentences.facts import facts_of
from harness.report.text.escape import one_line
from harness.runs import PAGE, REPORT


def show(results: Results, run: Path, problems: tuple[str, ...]) -> None:
    """Print the conclusions, what not to believe, what could not be rendered, and where the reports are."""
    console = Console(highlight=False, soft_wrap=not sys.stdout.isatty())
    _line(console, title(results, one_line), "bold", indent=0)
    provisional = provisional_line(results)
    if provisional:
        _line(console, provisional, "yellow", indent=0)
    workloads = results.experiment.workloads
    for workload in (each for each in workloads if not each.is_point):
        if len(workloads) > 1:
            _line(console, f"{one_line(workload.name)}:", "bold", indent=0)
        for sentence in conclusions(facts_of(results, workload, one_line)):
            _line(console, sentence, "", indent=2)
    for family, count in Counter(each.family for each in workloads if each.is_point).items():
        _line(console, f"{one_line(family)}, measured at {count} points: see the report.", "", indent=0)
    _decision(console, results)
    found = doubts(results, one_line)
    _line(console, "What not to believe:" if found else all_clear(results), "bold", indent=0)
    for doubt in found:
        _line(console, doubt, "", indent=2)
    for problem in problems:
        _line(console, problem, "red", indent=0)
    for file in (REPORT, PAGE):
        if (run / file).is_file():
            _line(console, f"Report: {run / file}", "", indent=0)


def _decision(console: Console, results: Results) -> None:
    """The decision table, a line per cell, because its cells are too wide for a terminal."""
    table = decision_table(results, one_line)
    if table.rows:
        _line(console, "Which mode to choose:", "bold", indent=0)
    for what, *cells in table.rows:
        for arm, cell in zip(table.header[1:], cells, strict=True):
            _line(console, f"{what} on {arm}: {cell}.", "", indent=2)


def _line(console: Console, text: str, style: str, *, indent: int) -> None:
    """One paragraph; on a terminal wrapped and indented, elsewhere one line, so that programs can read it."""
    if console.is_terminal:
        console.print(Padding(Text(text, style=style), (0, 0, 0, indent)))
    else:
        console.print(Text(" " * indent + text), soft_wrap=True)
