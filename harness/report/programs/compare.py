"""Compare runs with the first one: their differences, and their ratios and seconds side by side."""

import argparse
import math
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.markdown import Markdown

from harness.analysis.results.between_runs import drift, same_instrument, same_machine, same_work
from harness.errors import UsageError, writing
from harness.report.html.frame import page
from harness.report.programs.differences import differences, table_of_ratios, table_of_seconds
from harness.report.results import Results, derive
from harness.report.sections.part import markdown_lines
from harness.report.text.escape import markdown

CAUTION = (
    "Two runs were measured at different times, perhaps on different machines. Both sides of a ratio are paired in the "
    "blocks of one run; nothing is paired between runs. So ratios are compared: the last columns divide a run's ratio "
    "by the first run's, with an interval from both. Above 1 means that the subject has gained on the baseline."
)


def main(arguments: Sequence[str]) -> int:
    """Show or write the comparison; return 0."""
    parser = argparse.ArgumentParser(prog="nox -s compare --", description="Compare runs with the first one.")
    parser.add_argument("runs", nargs="+", type=Path, metavar="RUN", help="run directories, two or more")
    parser.add_argument("--output", type=Path, metavar="FILE", help="write FILE.md or FILE.html instead of showing it")
    options = parser.parse_args(arguments)
    _refuse(options)
    text = compared({name: derive(run) for name, run in _named(options.runs).items()})
    if options.output is None:
        Console().print(Markdown(text))
        return 0
    with writing("The comparison", "nox -s compare"):
        options.output.write_text(page(text) if options.output.suffix == ".html" else text, encoding="utf-8")
    print(options.output)
    return 0


def _refuse(options: argparse.Namespace) -> None:
    if not options.runs[1:]:
        message = "There is only one run, so there is nothing to compare. Name two or more run directories."
        raise UsageError(message)
    if len({run.resolve() for run in options.runs}) < len(options.runs):
        message = "The same run is named twice. Name different runs."
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
        lines += [f"## Differences of {markdown(name)}", ""]
        lines += [f"- {sentence}" for sentence in differences(before.experiment, other.experiment)] or ["None."]
        lines.append("")
    kept = {name: results for name, results in by_run.items() if name not in refused}
    if len(kept) > 1:
        lines += ["## Ratios within each run", "", CAUTION, "", *markdown_lines(table_of_ratios(kept)), ""]
        lines += _seconds(kept)
    return "\n".join(lines)


def _seconds(results: dict[str, Results]) -> list[str]:
    (first, before), *others = results.items()
    lines = ["## Seconds", ""]
    comparable = {first: before}
    for name, other in others:
        reason = _incomparable(before, other)
        if reason is None:
            comparable[name] = other
            sentence = f"{markdown(name)} was measured on the same machine. {_drift_sentence(before, other)}"
        else:
            sentence = f"{markdown(name)} {reason}, so its seconds are not compared."
        lines += [sentence, ""]
    return [*lines, *markdown_lines(table_of_seconds(comparable)), ""] if len(comparable) > 1 else lines


def _incomparable(before: Results, other: Results) -> str | None:
    """Return why seconds of two runs cannot be compared, as the rest of a sentence; None if they can."""
    if not same_instrument(before.experiment, other.experiment):
        return "was measured with another version of the harness's worker"
    if not same_machine(before.experiment.machine, other.experiment.machine):
        return "was measured on another machine"
    moved = drift(before.fast, other.fast)
    if moved.too_far:
        percent = f"{100 * math.expm1(moved.log_ratio or 0):.0f} %"
        return f"was measured while the speed of the machine itself, by its canaries, differed by {percent}"
    return None


def _drift_sentence(before: Results, other: Results) -> str:
    moved = drift(before.fast, other.fast)
    if moved.log_ratio is None:
        return "No canaries show whether it had the same speed then."
    percent = f"{100 * math.expm1(moved.log_ratio):.1f} %"
    return f"Intervals allow for the {percent} by which the machine itself changed, according to its canaries."
