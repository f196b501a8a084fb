"""Workload files: the built-in ones by name or group, any other by its path."""

import contextlib
import hashlib
from pathlib import Path

from harness import WORKLOADS
from harness.errors import UsageError
from harness.experiment.plan import workload_source

GROUP = "group:"


def find(named: tuple[str, ...]) -> list[Path]:
    """Return the files that were named by name, group or path, each once, or the built-in ones without a group.

    UsageError lists the known names for an unknown one.
    """
    known = built_in()
    if not named:
        return [path for path in known.values() if workload_source.read(path).group is None]
    found = list(dict.fromkeys(path for name in named for path in _named(name, known)))
    stems = [path.stem for path in found]
    for twice in {stem for stem in stems if stems.count(stem) > 1}:
        message = (
            f"Two workloads are called {twice!r}. Rename one of the files, so that the report can tell them apart."
        )
        raise UsageError(message)
    return found


def built_in() -> dict[str, Path]:
    """Return the files of workloads/ by their names."""
    return {path.stem: path for path in sorted(WORKLOADS.glob("[!_]*.py"))}


def _named(name: str, known: dict[str, Path]) -> list[Path]:
    if name.startswith(GROUP):
        return _group(name.removeprefix(GROUP), known)
    return [known.get(name) or _file(name, list(known))]


def _group(name: str, known: dict[str, Path]) -> list[Path]:
    groups: dict[str, list[Path]] = {}
    for path in known.values():
        groups.setdefault(workload_source.read(path).group or "", []).append(path)
    if name and name in groups:
        return groups[name]
    listed = ", ".join(GROUP + each for each in sorted(groups) if each)
    message = f"Unknown group {name!r}. The groups are {listed}; `nox -s bench -- --list` shows what is in them."
    raise UsageError(message)


def _file(name: str, known: list[str]) -> Path:
    if not name.isprintable():  # bytes that are no text, or ends of lines
        message = f"A workload's path has to be text in one line, and {name!r} is not. Rename the file or its folder."
        raise UsageError(message)
    with contextlib.suppress(RuntimeError, OSError):  # nobody's home; a name that is too long
        path = Path(name).expanduser()
        if path.suffix == ".py" and path.is_file():
            return path.resolve()
    path = Path(name)
    missing = "that file does not exist" if path.suffix == ".py" or "/" in name else "there is none of that name"
    message = f"Unknown workload {name!r}: {missing}. Known are {', '.join(known)}; name any other by its file's path."
    raise UsageError(message)


def digest(file: Path) -> str:
    """Return the sha256 of a file, in hexadecimal."""
    return hashlib.sha256(file.read_bytes()).hexdigest()
