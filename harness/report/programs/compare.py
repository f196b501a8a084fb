"""`python -m harness.report.programs.compare RUN RUN ...`: what differs between runs, and their ratios side by side.

The first run is the one that the others are compared with.
"""

import argparse
import math
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.markdown import Markdown

from harness.analysis.results.between_runs import drift, same_instrument, same_machine, same_work
from harness.errors import UsageError
from harness.report.html.frame import page
from harness.report.programs.differences import differences, table_of_ratios, table_of_seconds
from harness.report.results import Results, derive
from harness.report.sections.table import Table
from harness.report.text.escape import markdown

CAUTION = (
    "Two runs are two moments, perhaps on two machines: within a run both sides of a ratio are paired in blocks, "
    "between runs nothing is. So ratios are compared, and the last columns divide a run's ratio by the first run's, "
    "with an interval made from both. Above 1 the subject has gained on the baseline."
)


def main(arguments: Sequence[str]) -> int:
    """Return the exit status: 0, or 2 for what the user can mend."""
    parser = argparse.ArgumentParser(prog="nox -s compare --", description="Compare runs with the first one.")
    parser.add_argument("runs", nargs="+", type=Path, metavar="RUN", help="run directories, two or more")
    parser.add_argument("--output", type=Path, metavar="FILE", help="write FILE.md or FILE.html instead of showing it")
    options = parser.parse_args(arguments)
    try:
        _refuse(options)
        text = compared({name: derive(run) for name, run in _named(options.runs).items()})
        if options.output is not None:
            options.output.write_text(page(text) if options.output.suffix == ".html" else text, encoding="utf-8")
    except (UsageError, OSError) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2
    if options.output is None:
        Console().print(Markdown(text))
    else:
        print(options.output)  # noqa: T201
    return 0


def _refuse(options: argparse.Namespace) -> None:
    if not options.runs[1:]:
        message = "One run alone compares with nothing. Name two or more run directories."
        raise UsageError(message)
    if len({run.resolve() for run in options.runs}) < len(options.runs):
        message = "The same run is named twice. Name runs that differ."
        raise UsageError(message)
    if options.output is not None and options.output.suffix not in (".md", ".html"):
        message = f"{options.output} is neither Markdown nor HTML. Name a file that ends in .md or .html."
        raise UsageError(message)


def _named(runs: Sequence[Path]) -> dict[str, Path]:
    """Name runs by their folders, or by their paths where two folders have one name."""
    names = [run.resolve().name for run in runs]
    return dict(zip(names if len(set(names)) == len(names) else map(str, runs), runs, strict=True))


def compared(by_run: dict[str, Results]) -> str:
    """Return the comparison as Markdown; the names are the runs' folders."""
    (first, before), *others = by_run.items()
    refused = {name for name, other in others if "other" in same_work(before.experiment, other.experiment).values()}
    lines = [f"# {', '.join(markdown(name) for name, _ in others)} compared with {markdown(first)}", ""]
    for name, other in others:
        lines += [f"## What differs in {markdown(name)}", ""]
        lines += [f"- {sentence}" for sentence in differences(before.experiment, other.experiment)] or ["Nothing."]
        lines.append("")
    kept = {name: results for name, results in by_run.items() if name not in refused}
    if len(kept) > 1:
        lines += ["## Ratios within each run", "", CAUTION, "", *_rows(table_of_ratios(kept)), ""]
        lines += _seconds(kept)
    return "\n".join(lines)


def _seconds(by_run: dict[str, Results]) -> list[str]:
    (first, before), *others = by_run.items()
    lines = ["## Seconds", ""]
    alike = {first: before}
    for name, other in others:
        moved = drift(before.fast, other.fast)
        if not same_instrument(before.experiment, other.experiment):
            why = "was measured with another version of the harness's worker"
            lines += [f"{markdown(name)} {why}, so its seconds are not compared.", ""]
        elif not same_machine(before.experiment.machine, other.experiment.machine):
            lines += [f"{markdown(name)} was made on another machine, so its seconds are not compared.", ""]
        elif moved.too_far:
            apart = f"By the canaries the machine itself was {100 * math.expm1(moved.log_ratio or 0):.0f} % apart"
            lines += [f"{apart} in {markdown(name)}: its seconds are not compared.", ""]
        else:
            alike[name] = other
            known = moved.log_ratio is not None
            room = f"{100 * math.expm1(moved.log_ratio or 0):.1f} % that the machine itself changed by its canaries"
            said = f"Intervals leave room for the {room}" if known else "No canaries tell whether it was as fast then"
            lines += [f"{markdown(name)} was made on the same machine. {said}.", ""]
    return [*lines, *_rows(table_of_seconds(alike)), ""] if len(alike) > 1 else lines


def _rows(table: Table) -> list[str]:
    rows = [table.header, tuple("---" for _ in table.header), *table.rows]
    return [f"| {' | '.join(row)} |" for row in rows]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
