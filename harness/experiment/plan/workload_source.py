"""Read what workload files declare, without running them: their imports need not be installed yet.

This is enough to choose files by group and to list them; the worker checks whether a file keeps the contract.
"""

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.table import Table
from rich.text import Text

from harness.records import MODES, SERVICE_MODES


@dataclass(frozen=True)
class Entry:
    """A workload file: its name, docstring's first line, group or None, what its points count or None, modes, sizes."""

    name: str
    summary: str
    group: str | None
    series: str | None
    modes: tuple[str, ...]
    sizes: tuple[str, ...]


def read(file: Path) -> Entry:
    """Return a file's entry; a file that cannot be parsed has none of these, and the worker will say why."""
    try:
        tree = ast.parse(file.read_bytes())
    except (OSError, SyntaxError, ValueError):
        tree = ast.Module([], [])
    named = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    names = {*named, *(node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))}
    offers = {"asyncio": "run_async"}
    return Entry(
        name=file.stem,
        summary=(ast.get_docstring(tree) or "").partition("\n")[0],
        group=_word(named.get("GROUP")),
        series=_word(named.get("SERIES")),
        modes=SERVICE_MODES
        if "service" in names
        else tuple(mode for mode in MODES if offers.get(mode, "run") in names),
        sizes=tuple(filter(None, map(_word, _keys(named.get("SIZES"))))) or ("any",),
    )


def _word(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _keys(node: ast.expr | None) -> Sequence[ast.expr | None]:
    return node.keys if isinstance(node, ast.Dict) else ()


def table(files: Sequence[Path]) -> Table:
    """Return a table of workload files, a row each, those of a group together."""
    drawn = Table("workload", "group", "what it is", show_lines=True)
    for name in ("modes", "sizes"):
        drawn.add_column(name, max_width=10)  # a word a line leaves room for what it is
    entries = sorted(map(read, files), key=lambda entry: (entry.group or "", entry.name))
    for entry in entries:
        summary = entry.summary + (f" Measured at several points: {entry.series}." if entry.series else "")
        cells = (entry.name, entry.group or "", summary, ", ".join(entry.modes), ", ".join(entry.sizes))
        drawn.add_row(*map(Text, cells))
    return drawn
