"""Text from outside (names, reasons, commands), escaped once: where it enters a sentence or a cell.

The report is written in Markdown. `markdown` is the only way for outside text into it, pages render Markdown as HTML,
and the terminal prints `plain`. Names are not refused instead, because `größe.v2.py`, `prime count.py` or `a|b.py` are
legitimate files, and a report has to be readable even when it is about a stranger's run.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from html import escape
from typing import NewType

Markdown = NewType("Markdown", str)  # what GitHub shows as it was meant

# Everything that can open an element of GitHub's Markdown inside a line: tables, HTML, code, links, emphasis, math.
# An underscore between letters opens nothing, and names look better without a backslash.
_MARKUP = re.compile(r"([\\`*~|<>\[\]&$]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9]))")
# What opens a heading or a list at the beginning of a line.
_BLOCK = re.compile(r"^([#+=-](?=[#=\s-]|$)|\d+(?=[.)](\s|$)))")
_ESCAPED = re.compile(r"\\([\\`*~|<>\[\]&$_#+=.)-])")

# Names that Windows keeps for devices, whatever their suffix: a folder with one cannot be copied there.
_DEVICE = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")
MOST_LETTERS = 1000


def one_line(text: str) -> str:
    """Return the text with line ends, control characters and lone surrogates turned into single spaces.

    What is longer than anything that people wrote is cut.
    """
    text = text if len(text) <= MOST_LETTERS else f"{text[:MOST_LETTERS]}…"
    printable = text if text.isprintable() else "".join(c if c.isprintable() else " " for c in text)
    return " ".join(printable.split())


@cache
def markdown(text: str) -> Markdown:
    """Return the text so that GitHub shows it literally within a paragraph or a table cell."""
    return Markdown(_BLOCK.sub(_escaped_start, _MARKUP.sub(r"\\\1", one_line(text))))


def plain(text: str) -> str:
    """Return Markdown without the backslashes of `markdown`, for a terminal or an attribute."""
    return _ESCAPED.sub(r"\1", text)


def html(text: str) -> str:
    """Return the text as HTML in one line, for where Markdown's escapes mean nothing: next to a tag, and in a page."""
    return escape(one_line(text))


def _escaped_start(match: re.Match[str]) -> str:
    return f"{match[0]}\\" if match[0][0].isdigit() else f"\\{match[0]}"


def fenced(text: str) -> Markdown:
    """Return a Markdown code block; its fence is longer than any run of backticks in the text."""
    longest = max((len(ticks) for ticks in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    body = "\n".join(one_line(line) for line in text.splitlines())
    return Markdown(f"{fence}sh\n{body}\n{fence}")


def file_names(labels: Iterable[str], taken: Iterable[str]) -> Mapping[str, str]:
    """Return a distinct file name (no folder, no suffix) for each label, none of them in `taken`.

    Distinct without regard to case, because some file systems do not tell `A.json` from `a.json`.
    """
    used = {name.casefold() for name in taken}
    names: dict[str, str] = {}
    for label in labels:
        plain = re.sub(r"[^A-Za-z0-9._-]+", "-", label).strip(".-")[:80] or "unnamed"
        plain = f"{plain}-file" if _DEVICE.match(plain) else plain
        name, count = plain, 2
        while name.casefold() in used:
            name, count = f"{plain}-{count}", count + 1
        used.add(name.casefold())
        names[label] = name
    return names
