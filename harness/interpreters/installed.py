"""Interpreters that are on this machine already."""

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from harness.errors import UsageError
from harness.interpreters.build_description import Build, Interpreter, describe
from harness.interpreters.building import cache
from harness.interpreters.building.recipe import ANY, Recipe
from harness.interpreters.origin import origin
from harness.interpreters.places import on_path, pyenv_versions, uv_installs
from harness.interpreters.progress import Say

LEVELS = {"a": 0, "b": 1, "rc": 2, None: 3}  # of a release: alpha, beta, candidate, final


def present(name: str) -> list[Path]:
    """Return the executables of every interpreter of that name ("3.13t") on this machine, the newest first.

    Looked at: PATH, pyenv's versions, uv's own installs, our cache. Each candidate is asked what it is.
    """
    return [interpreter.executable for interpreter in interpreters(name)]


def look(names: Sequence[str], _say: Say, recipe: Recipe = ANY) -> dict[str, str]:
    """Source: what is present already. Returns the reason for each name that is not."""
    kind = " with PGO and LTO" if recipe.optimized else ""
    reason = f"not found{kind} on PATH, among pyenv's versions, uv's installs or in the cache"
    return {name: reason for name in names if not fitting(interpreters(name), recipe)}


def interpreters(name: str, recipe: Recipe = ANY) -> list[Interpreter]:
    """Return every interpreter of that name on this machine: those built as is asked first, then the newest first."""
    matching = [
        Interpreter(name, executable, origin(executable), build)
        for executable in _candidates(name)
        if (build := _build(executable)) and build.minor == name.rstrip("t") and build.free_threaded == _is_free(name)
    ]
    return sorted(newest_first(matching), key=lambda interpreter: not recipe.fits(interpreter.build))


def fitting(candidates: Sequence[Interpreter], recipe: Recipe) -> list[Interpreter]:
    """Return those interpreters that were built as is asked."""
    return [interpreter for interpreter in candidates if recipe.fits(interpreter.build)]


def newest_first(candidates: Sequence[Interpreter]) -> list[Interpreter]:
    """Return the interpreters in order of preference: release builds before debug builds, the newest first."""
    return sorted(candidates, key=lambda interpreter: _preference(interpreter.build), reverse=True)


def _candidates(name: str) -> Iterator[Path]:
    """Yield the executables with the right name, each once, however many links lead to it."""
    minor = name.rstrip("t")
    installs = [
        *_installs(pyenv_versions(), "", minor, _is_free(name)),
        *_installs(uv_installs(), "cpython-", minor, _is_free(name)),
        *_installs(cache.interpreters(), "cpython-", minor, _is_free(name)),
    ]
    executables: set[Path] = set()
    for folder in [*on_path(), *installs]:
        file = folder / f"python{name}"
        if os.access(file, os.X_OK) and file.is_file() and file.resolve() not in executables:
            executable = file.resolve()
            executables.add(executable)
            if not (executable.parent.parent / "pyvenv.cfg").exists():  # a copy in somebody's environment
                yield executable


def _installs(parent: Path, prefix: str, minor: str, free: bool) -> list[Path]:  # noqa: FBT001 - part of the question
    """Return the bin folders of installs whose folder name fits: 3.13.5t, cpython-3.13.8+freethreaded-linux."""
    fits = re.compile(rf"{re.escape(prefix + minor)}(?!\d)")
    return [
        folder / "bin"
        for folder in sorted(parent.glob(f"{prefix}{minor}*"))
        if fits.match(folder.name) and free == bool(re.search(r"\+freethreaded|\dt(-|$)", folder.name))
    ]


def _build(executable: Path) -> Build | None:
    try:
        return describe(executable)
    except UsageError:  # broken, or something else of that name: no candidate
        return None


def _is_free(name: str) -> bool:
    return name.endswith("t")


def _preference(build: Build) -> tuple[bool, list[int], int, int]:
    release = re.match(r"([\d.]+)(?:(a|b|rc)(\d+))?", build.version)
    if not release:
        return (False, [], 0, 0)
    numbers, level, serial = release.groups()
    return (not build.debug, [int(number) for number in numbers.split(".")], LEVELS[level], int(serial or 0))
