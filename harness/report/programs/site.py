"""Make the site over all runs in a folder.

Only what has changed since the last build is written.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from harness.errors import writing
from harness.report.site.files import Folder
from harness.report.site.pages import write_pages
from harness.report.site.site_runs import site_runs
from harness.report.text.escape import one_line
from harness.report.text.numbers import counted


def main(arguments: Sequence[str]) -> int:
    """Write the site and print what was written; return 0."""
    options = _parser().parse_args(arguments)
    with writing("The site", "nox -s site"):
        runs, damaged = site_runs(options.results)
        folder = Folder(options.out)
        write_pages(folder, runs, damaged)
        folder.close()
    for run in damaged:
        print(f"Not shown: {one_line(run.sentence)}")
    files = f"{folder.written} of {counted(len(folder.names), 'file')} written"
    print(f"{counted(len(runs), 'run')}, {files}: {options.out / 'index.html'}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="nox -s site --", description="Make a static site over all runs in a folder.")
    add = parser.add_argument
    add("--results", type=Path, default=Path("results"), metavar="DIR", help="the runs (default: %(default)s)")
    add("--out", type=Path, default=Path("site"), metavar="DIR", help="where to write the site (default: %(default)s)")
    return parser
