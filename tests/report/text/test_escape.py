"""Text from outside stays text: in Markdown, on one line, and as a file name."""

import re

import pytest
from markdown_it import MarkdownIt

from harness.report.text.escape import fenced, file_names, markdown, one_line

HOSTILE = [
    "a|b",
    "<script>alert(1)</script>",
    "</details><h1>x",
    "![x](http://example.invalid/y.png)",
    "[x](javascript:alert(1))",
    "`code` ``more``",
    "*bold* _emphasis_ __init__ ~~gone~~",
    "&amp; &#60;",
    "back\\slash \\| \\<b>",
    "# heading",
    "- item",
    "+ item",
    "=== ",
    "1. first",
    "12) twelfth",
    "3.13",
    "---",
    "-",
    "## deeper",
    "-O3",
    "sum_of_squares",
    "$x$",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_outside_text_is_shown_literally_in_a_table_cell(text: str) -> None:
    page = (
        MarkdownIt("commonmark")
        .enable(["table", "strikethrough"])
        .render(f"| a | b |\n| - | - |\n| {markdown(text)} | end |\n")
    )

    assert re.findall(r"<td>(.*?)</td>", page) == [_html(text), "end"]


@pytest.mark.parametrize("text", HOSTILE)
def test_outside_text_is_shown_literally_at_the_beginning_of_a_list_item_and_a_paragraph(text: str) -> None:
    page = (
        MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(f"- {markdown(text)}\n\n{markdown(text)}\n")
    )

    assert page == f"<ul>\n<li>{_html(text)}</li>\n</ul>\n<p>{_html(text)}</p>\n"


def test_line_ends_control_characters_and_lone_surrogates_become_single_spaces() -> None:
    assert one_line("a\r\n\tb\x1b[31m\u2028c\ud800d  e\x00") == "a b [31m c d e"


def test_an_underscore_within_a_word_needs_no_backslash() -> None:
    assert markdown("sum_of_squares __init__") == r"sum_of_squares \_\_init\_\_"


def test_a_command_cannot_close_its_code_block() -> None:
    assert fenced("nox\n```\n# x") == "````sh\nnox\n```\n# x\n````"
    assert fenced("nox -s bench") == "```sh\nnox -s bench\n```"


def test_file_names_have_no_folder_and_are_distinct_whatever_the_labels() -> None:
    labels = ["3.13t", "../../etc/passwd", "a/b", "a b", "A-B", "..", "", "x" * 300, ".hidden"]

    assert file_names(labels, taken=()) == {
        "3.13t": "3.13t",
        "../../etc/passwd": "etc-passwd",
        "a/b": "a-b",
        "a b": "a-b-2",
        "A-B": "A-B-3",
        "..": "unnamed",
        "": "unnamed-2",
        "x" * 300: "x" * 80,
        ".hidden": "hidden",
    }


def test_file_names_leave_out_what_is_taken() -> None:
    assert file_names(["experiment", "Contrasts"], taken=["experiment", "contrasts"]) == {
        "experiment": "experiment-2",
        "Contrasts": "Contrasts-2",
    }


def _html(text: str) -> str:
    return text.strip().replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
