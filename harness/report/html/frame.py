"""The frame that pages of HTML share: one style for light, dark, paper and phones, and a policy that fetches nothing.

Templates end in `.html.jinja` and escape what they are given; only `from_markdown` and templates make markup.
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
    """Return Markdown that begins with its heading as one file of HTML that needs nothing else."""
    title = re.sub(r"\\(.)", r"\1", text.partition("\n")[0].removeprefix("# "))  # without what Markdown needs
    return rendered(FRAME, title=title, body=from_markdown(text))


def rendered(template: str, **fields: Any) -> str:
    """Return a template with its fields; all text in them is shown as text, line ends and controls as spaces."""
    return _environment().get_template(template).render(**fields)


@functools.cache
def _environment() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader((HERE, HERE.parent)),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.globals["style"] = Markup((HERE / STYLE).read_text(encoding="utf-8"))  # noqa: S704 - a file of ours
    return made


def _finalize(found: Any) -> Any:
    return one_line(found) if isinstance(found, str) and not isinstance(found, Markup) else found


def from_markdown(text: str) -> Markup:
    """Return Markdown as HTML; HTML in it stays text, and wide tables scroll by themselves."""
    made = MarkdownIt("commonmark", {"html": False}).enable("table")
    made.add_render_rule("table_open", _table_open)
    made.add_render_rule("table_close", _table_close)
    made.add_render_rule("th_open", _th_open)
    return Markup(made.render(text))  # noqa: S704 - the library has escaped what is not Markdown


def _table_open(
    _made: RendererHTML, _tokens: Sequence[Token], _number: int, _options: OptionsDict, _env: EnvType
) -> str:
    return '<div class="wide" role="group" aria-label="Table" tabindex="0"><table>\n'


def _table_close(
    _made: RendererHTML, _tokens: Sequence[Token], _number: int, _options: OptionsDict, _env: EnvType
) -> str:
    return "</table></div>\n"


def _th_open(_made: RendererHTML, _tokens: Sequence[Token], _number: int, _options: OptionsDict, _env: EnvType) -> str:
    return '<th scope="col">'
