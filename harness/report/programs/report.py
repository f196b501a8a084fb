"""Make everything derived in a run directory again.

`--readme` does so for the reference run, results/reference, and puts its table into docs/results.md.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from harness.report.programs.run_argument import RESULTS, add_run, chosen_run
from harness.report.programs.showcase import BEGIN, END, REFERENCE, SHOWCASE, reference_run, write_showcase
from harness.report.programs.terminal import show
from harness.report.render import render
from harness.report.results import derive


def main(arguments: Sequence[str]) -> int:
    """Return the exit status: 0, or 1 when something could not be rendered."""
    options = parse(arguments)
    run = reference_run() if options.readme else chosen_run(options, options.results)
    results = derive(run)
    problems = render(results, run)
    if options.readme:
        write_showcase()
    show(results, run, problems)
    return 1 if problems else 0


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Return `run` (a path or None), `results` (a path) and `readme` (a flag)."""
    parser = argparse.ArgumentParser(prog="nox -s report --", description=__doc__)
    add_run(parser)
    parser.add_argument(
        "--results",
        type=Path,
        default=RESULTS,
        metavar="DIR",
        help="where to look for the newest run, by when it was started (default: %(default)s)",
    )
    parser.add_argument(
        "--readme",
        action="store_true",
        help=f"take the run in {REFERENCE}, and write its sentences, table and pictures into {SHOWCASE}, between the "
        f"lines `{BEGIN}` and `{END}`",
    )
    options = parser.parse_args(arguments)
    if options.readme and options.run:
        parser.error(f"--readme is about {REFERENCE}; leave out {options.run}, or --readme")
    return options
