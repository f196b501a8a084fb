"""A part of a workload's section: text, a table, a picture."""

from dataclasses import dataclass

from harness.report.table import Table


@dataclass(frozen=True)
class Part:
    """Text that is Markdown already; `kind` is that of its picture, `picture` its file once it is known to exist."""

    title: str
    kind: str
    sentences: tuple[str, ...]
    table: Table
    picture: str | None = None
