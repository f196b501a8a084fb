"""The report's Markdown as HTML."""

from markdown_it import MarkdownIt
from markupsafe import Markup

from harness.report.text.escape import Markdown

_MARKDOWN = MarkdownIt("commonmark", {"html": False})


def inline(text: Markdown) -> Markup:
    """Render the Markdown of a sentence or a cell. A `<br>` in it is ours: `markdown` escapes text from outside."""
    return Markup("<br>").join(Markup(_MARKDOWN.renderInline(part)) for part in text.split("<br>"))  # noqa: S704


def blocks(text: Markdown) -> Markup:
    """Render Markdown that can be a paragraph or code."""
    return Markup(_MARKDOWN.render(text))  # noqa: S704 - html is off, so this is the renderer's own
