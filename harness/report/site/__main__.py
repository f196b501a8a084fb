"""`python -m harness.report.site`: the site over all runs in a folder.

Only what has changed since the last build is written.
"""

import argparse
import gc
import sys
from collections.abc import Sequence
from pathlib import Path

from harness.errors import UsageError
from harness.report.site.entries import entries
from harness.report.site.files import Folder
from harness.report.site.pages import write_pages
from harness.report.text.escape import one_line
from harness.report.text.numbers import counted


def main(arguments: Sequence[str]) -> int:
    """Return the exit status: 0, or 2 for what the user can mend."""
    options = _parser().parse_args(arguments)
    try:
        found, damaged = entries(options.results)
        folder = Folder(options.out)
        write_pages(folder, found, damaged)
        folder.close()
    except UsageError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2
    except OSError as error:
        print(f"The site cannot be written: {error}. Mend that and make it again.", file=sys.stderr)  # noqa: T201
        return 2
    for each in damaged:
        print(f"Not shown: {one_line(each.sentence)}")  # noqa: T201
    files = f"{folder.written} of {counted(len(folder.made), 'file')} written"
    print(f"{counted(len(found), 'run')}, {files}: {options.out / 'index.html'}")  # noqa: T201
    return 0


def _parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="nox -s site --", description="Make a static site over all runs in a folder.")
    add = made.add_argument
    add("--results", type=Path, default=Path("results"), metavar="DIR", help="the runs (default: %(default)s)")
    add("--out", type=Path, default=Path("site"), metavar="DIR", help="where to write the site (default: %(default)s)")
    return made


if __name__ == "__main__":
    gc.disable()  # records make no cycles, and looking for some is a part of the time that is seen
    sys.exit(main(sys.argv[1:]))
