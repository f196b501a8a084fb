"""The argument RUN that several programs take: a run directory, by default the newest of results/."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from harness.runs import newest

RESULTS = Path("results")


def add_run(parser: ArgumentParser) -> None:
    """Add the argument RUN, which `chosen_run` reads."""
    parser.add_argument(
        "run", nargs="?", type=Path, metavar="RUN", help=f"run directory (default: the newest of {RESULTS}/)"
    )


def chosen_run(options: Namespace, results: Path = RESULTS) -> Path:
    """Return the run that was named, or else the newest of `results`; UsageError when there is none."""
    run: Path | None = options.run
    return run or newest(results)
