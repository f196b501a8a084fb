"""Workload files: the built-in ones by name, any other by its path.

`python -m harness.experiment.files OPTIONS` prints the files that the options ask for, one a line, and so refuses what
makes no sense before an interpreter is built for it.
"""

import hashlib
from pathlib import Path

from harness import WORKLOADS
from harness.errors import UsageError


def find(named: tuple[str, ...]) -> list[Path]:
    """Return the files that were named, or all built-in ones; UsageError lists the known names for an unknown one."""
    known = {path.stem: path for path in sorted(WORKLOADS.glob("[!_]*.py"))}
    if not named:
        return list(known.values())
    found = [known.get(name) or _file(name, list(known)) for name in named]
    stems = [path.stem for path in found]
    for twice in {stem for stem in stems if stems.count(stem) > 1}:
        message = (
            f"Two workloads are called {twice!r}. Rename one of the files, so that the report can tell them apart."
        )
        raise UsageError(message)
    return found


def _file(name: str, known: list[str]) -> Path:
    path = Path(name).expanduser()
    if path.suffix == ".py" and path.is_file():
        return path.resolve()
    missing = "that file does not exist" if path.suffix == ".py" or "/" in name else "there is none of that name"
    message = f"Unknown workload {name!r}: {missing}. Known are {', '.join(known)}; name any other by its file's path."
    raise UsageError(message)


def digest(file: Path) -> str:
    """Return the sha256 of a file, in hexadecimal."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


if __name__ == "__main__":
    import sys

    from harness.experiment import resume
    from harness.experiment.options import parse
    from harness.runs import read_experiment

    try:
        options = parse(sys.argv[1:])
        if options.resume is not None:
            options = resume.options_of(read_experiment(options.resume), options)
        print(*find(options.workloads), sep="\n")  # noqa: T201
    except UsageError as error:
        print(error, file=sys.stderr)  # noqa: T201
        sys.exit(2)
