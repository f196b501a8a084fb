"""The interpreters as a plain text table, with a line per pair that says whether they may be compared."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from harness.interpreters.build_description import Interpreter
from harness.interpreters.build_differences import mismatches

COLUMNS = ("interpreter", "version", "GIL", "PGO", "LTO", "debug", "shared", "compiler", "origin")


def table(interpreters: Sequence[Interpreter]) -> str:
    """Return the table, then how each pair with and without the GIL and each pair of versions differs."""
    rows = [COLUMNS, *(_row(interpreter) for interpreter in interpreters)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    lines.insert(1, "  ".join("-" * width for width in widths))
    comparisons = [*_gil_pairs(interpreters), *_version_pairs(interpreters)]
    return "\n".join([*lines, *([""] if comparisons else []), *comparisons])


def _row(interpreter: Interpreter) -> tuple[str, ...]:
    build = interpreter.build
    traits = (build.pgo, build.lto, build.debug, build.shared)
    return (
        interpreter.name,
        build.version,
        "off" if build.free_threaded else "on",
        *("yes" if trait else "no" for trait in traits),
        build.compiler,
        interpreter.origin,
    )


def _gil_pairs(interpreters: Sequence[Interpreter]) -> Iterator[str]:
    for one in interpreters:
        for other in interpreters:
            if other.build.free_threaded and not one.build.free_threaded and one.build.minor == other.build.minor:
                differences = mismatches(one.build, other.build)
                yield _sentence(one, other, differences, "match: they differ in the GIL alone", "in more than the GIL")


def _version_pairs(interpreters: Sequence[Interpreter]) -> Iterator[str]:
    with_gil = [interpreter for interpreter in interpreters if not interpreter.build.free_threaded]
    for one, other in pairwise(with_gil):
        if one.build.minor != other.build.minor:
            differences = mismatches(one.build, other.build)
            yield _sentence(one, other, differences, "were built alike", "in more than the version")


def _sentence(one: Interpreter, other: Interpreter, differences: Sequence[str], same: str, more_than: str) -> str:
    if not differences:
        return f"{one.name} and {other.name} {same}."
    return f"{one.name} and {other.name} differ {more_than}: {', '.join(differences)}."
