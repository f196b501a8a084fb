"""The frame of HTML pages: one style for light, dark, paper and phones, and a policy that fetches nothing.

Templates end in `.html.jinja` and escape their fields; only templates and `from_markdown` make markup.
"""

import functools
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jinja2
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup

from harness.report.text.escape import one_line

HERE = Path(__file__).parent
FRAME, STYLE = "frame.html.jinja", "frame.css"


def page(text: str) -> str:
    """Return Markdown, whose first line is its heading, as a self-contained HTML file."""
    title = re.sub(r"\\(.)", r"\1", text.partition("\n")[0].removeprefix("# "))  # without Markdown's backslashes
    return rendered(FRAME, title=title, body=from_markdown(text))


def rendered(template: str, **fields: Any) -> str:
    """Return a template with its fields, whose text stays text; line ends and control characters become spaces."""
    return _environment().get_template(template).render(**fields)


@functools.cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader((HERE, HERE.parent)),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals["style"] = Markup((HERE / STYLE).read_text(encoding="utf-8"))  # noqa: S704 - a file of ours
    return environment


def _finalize(field: Any) -> Any:
    return one_line(field) if isinstance(field, str) and not isinstance(field, Markup) else field


def from_markdown(text: str) -> Markup:
    """Return Markdown as HTML; HTML in it stays text, and each wide table scrolls on its own."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    parser.add_render_rule("table_open", _table_open)
    parser.add_render_rule("table_close", _table_close)
    parser.add_render_rule("th_open", _th_open)
    return Markup(parser.render(text))  # noqa: S704 - the library escapes everything else


def _table_open(
    _renderer: RendererHTML, _tokens: Sequence[Token], _number: int, _options: OptionsDict, _env: EnvType
) -> str:
    return '<div class="wide" role="group" aria-label="Table" tabindex="0"><table>\n'


def _table_close(
    _renderer: RendererHTML, _tokens: Sequence[Token], _number: int, _options: OptionsDict, _env: EnvType
) -> str:
    return "</table></div>\n"


def _th_open(
    _renderer: RendererHTML, _tokens: Sequence[Token], _number: int, _options: OptionsDict, _env: EnvType
) -> str:
    return '<th scope="col">'
