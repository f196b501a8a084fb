"""The view's Markdown as HTML."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markupsafe import Markup

from harness.report.sections.table import MISSING, Table

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
_NUMBER = re.compile(r"[−-]?\d[\d,]*(\.\d+)?")


@dataclass(frozen=True)
class Cell:
    """What stands in a cell; `order` is the number it sorts by, None in a column of words."""

    html: Markup
    order: str | None


def inline(text: str) -> Markup:
    """Render the Markdown of a sentence or a cell. A `<br>` in it is ours: what came from outside is escaped."""
    return Markup("<br>").join(Markup(_MARKDOWN.renderInline(part)) for part in text.split("<br>"))  # noqa: S704


def blocks(text: str) -> Markup:
    """Render Markdown that has lists or code."""
    return Markup(_MARKDOWN.render(text))  # noqa: S704 - html is off, so this is the renderer's own


def plain(text: str) -> str:
    """Return the words alone, for an attribute, which Jinja escapes."""
    return inline(text).striptags()


def cells(table: Table) -> list[list[Cell]]:
    """Return a table's rows; a column in which every cell begins with a number sorts by it."""
    orders = [[_number(plain(cell)) for cell in column] for column in zip(*table.rows, strict=True)]
    numeric = [None not in column and any(column) for column in orders]
    return [
        [
            Cell(inline(cell), (orders[number][at] or "") if numeric[number] else None)
            for number, cell in enumerate(cells_of_row)
        ]
        for at, cells_of_row in enumerate(table.rows)
    ]


def header(table: Table) -> Sequence[Markup]:
    """Return the header's cells; a column without a title is that of the cases."""
    return [inline(name) if name else Markup('<span class="unseen">case</span>') for name in table.header]


def _number(text: str) -> str | None:
    """Return a cell's first number as digits, "" for a missing one, None for words."""
    if text in ("", MISSING):
        return ""
    found = _NUMBER.match(text)
    return found[0].replace(",", "").replace("−", "-") if found else None
