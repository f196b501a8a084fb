"""A part of the report: its sentences, a table of cells and a picture, for every page to lay out in its own way."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from harness.records import ONE_BY_ONE, Case, Contrast, Estimate, Side
from harness.report.text.build_notes import marked_ratio
from harness.report.text.escape import Markdown, markdown

MISSING = Markdown("–")
NO_TITLE = Markdown("")


@dataclass(frozen=True)
class Cell:
    """A cell of a table; `order` is the number that it sorts by, `anchor` the name by which a page links to it."""

    text: Markdown
    order: float | None = None
    anchor: str | None = None

    @property
    def sort_key(self) -> str | None:
        """The number as text, "" for a missing one; None where the cell sorts by its words."""
        if self.order is not None:
            return f"{self.order:.9g}"
        return "" if self.text == MISSING else None


NO_NUMBER = Cell(MISSING)


@dataclass(frozen=True)
class Table:
    """Rows of as many cells as `header` has."""

    header: tuple[Markdown, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def __bool__(self) -> bool:
        return bool(self.rows)


@dataclass(frozen=True)
class Picture:
    """A picture of the run directory: its file and what it shows, in words."""

    file: str
    shows: Markdown


@dataclass(frozen=True)
class Part:
    """In this order: a title, paragraphs, a list, a table, a picture, and notes. What is empty is left out.

    A `folded` part shows its title alone until a reader opens it. `kind` is that of its picture.
    """

    title: Markdown = NO_TITLE
    paragraphs: tuple[Markdown, ...] = ()
    bullets: tuple[Markdown, ...] = ()
    table: Table | None = None
    picture: Picture | None = None
    notes: tuple[Markdown, ...] = ()
    folded: bool = False
    kind: str = ""


def case_label(side: Side | Case) -> str:
    """Return "serial", "threads 2"."""
    return side.mode if side.mode in ONE_BY_ONE else f"{side.mode} {side.workers}"


def side_label(side: Side) -> Markdown:
    """Return "threads 2 on 3.13t"."""
    return Markdown(f"{case_label(side)} on {markdown(side.arm)}")


def words(text: str) -> Cell:
    """Return a cell that sorts by its words."""
    return Cell(Markdown(text))


def count_cell(count: int) -> Cell:
    """Return a cell with a count."""
    return Cell(Markdown(f"{count:,}"), count)


def estimate_cell(estimate: Estimate, text: str) -> Cell:
    """Return a cell that shows an estimate as `text` and sorts by its point."""
    return Cell(Markdown(text), estimate.point)


def ratio_cell(contrast: Contrast | None) -> Cell:
    """Return a cell with a ratio and its interval, marked where the builds differ."""
    return NO_NUMBER if contrast is None else estimate_cell(contrast.estimate, marked_ratio(contrast))


def blocks_cell(contrast: Contrast) -> Cell:
    """Return how many blocks a contrast is made from."""
    return Cell(Markdown(str(contrast.estimate.blocks)), contrast.estimate.blocks)


def by_arm(cases: Iterable[Case], arms: Sequence[str], cell: Callable[[Side], Cell]) -> Table:
    """Return a row for each case and a column for each arm."""
    rows = tuple((words(case_label(case)), *(cell(case.under(arm)) for arm in arms)) for case in cases)
    return Table(header=(Markdown(""), *map(markdown, arms)), rows=rows)


def markdown_lines(table: Table) -> list[str]:
    """Return the lines of a table in GitHub's Markdown."""
    rows = (table.header, ("---",) * len(table.header), *(tuple(cell.text for cell in row) for row in table.rows))
    return [f"| {' | '.join(row)} |" for row in rows]


def with_anchors(cells: Sequence[Cell], anchors: Sequence[str]) -> tuple[Cell, ...]:
    """Return the cells with the names by which a page links to them."""
    return tuple(replace(cell, anchor=anchor) for cell, anchor in zip(cells, anchors, strict=True))
