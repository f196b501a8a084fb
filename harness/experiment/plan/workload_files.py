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
    ours = built_in()
    if not named:
        return [path for path in ours.values() if workload_source.read(path).group is None]
    paths = list(dict.fromkeys(path for name in named for path in _named(name, ours)))
    stems = [path.stem for path in paths]
    twin = next((stem for stem in stems if stems.count(stem) > 1), None)
    if twin is not None:
        message = f"Two workloads are called {twin!r}. Rename one of the files, so that the report can tell them apart."
        raise UsageError(message)
    return paths


def built_in() -> dict[str, Path]:
    """Return the files of workloads/ by their names."""
    return {path.stem: path for path in sorted(WORKLOADS.glob("[!_]*.py"))}


def _named(name: str, ours: dict[str, Path]) -> list[Path]:
    if name.startswith(GROUP):
        return _group(name.removeprefix(GROUP), ours)
    return [ours.get(name) or _file(name, list(ours))]


def _group(name: str, ours: dict[str, Path]) -> list[Path]:
    groups: dict[str, list[Path]] = {}
    for path in ours.values():
        groups.setdefault(workload_source.read(path).group or "", []).append(path)
    if name and name in groups:
        return groups[name]
    listed = ", ".join(GROUP + group for group in sorted(groups) if group)
    message = f"Unknown group {name!r}. The groups are {listed}; `nox -s bench -- --list` shows their workloads."
    raise UsageError(message)


def _file(name: str, names: list[str]) -> Path:
    if not name.isprintable():  # bytes that are no text, or ends of lines
        message = f"A workload's path has to be text in one line, and {name!r} is not. Rename the file or its folder."
        raise UsageError(message)
    with contextlib.suppress(RuntimeError, OSError):  # a user without a home; a name that is too long
        path = Path(name).expanduser()
        if path.suffix == ".py" and path.is_file():
            return path.resolve()
    path = Path(name)
    missing = "that file does not exist" if path.suffix == ".py" or "/" in name else "no workload has that name"
    listed = ", ".join(names)
    message = f"Unknown workload {name!r}: {missing}. The workloads are {listed}; name any other by its file's path."
    raise UsageError(message)


def digest(file: Path) -> str:
    """Return the sha256 of a file, in hexadecimal."""
    return hashlib.sha256(file.read_bytes()).hexdigest()
