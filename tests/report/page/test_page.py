"""report.html as text: what it says, what it carries, and that nothing from outside becomes markup. Browsers are in tests/browser."""

import base64
import gzip
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from harness.records import Finding
from harness.report.markdown.render import report
from harness.report.page.interactive import interactive
from harness.report.page.markup import inline
from harness.report.page.matrix import matrices, square
from harness.report.page.page import page, write_page
from harness.report.page.vega_embed import vega_embed
from harness.report.pictures.drawings import drawings
from harness.report.results import Results, derive
from harness.report.sections.part import NO_NUMBER, Cell, words
from harness.report.text.escape import Markdown
from tests.builders import a_contrast, a_side, an_experiment, like_fib, trials_like, write_run
from tests.report.built_results import built_results

HOSTILE = "<b>&amp;</script>`[x](javascript:y)"


class Words(HTMLParser):
    """The text of a page, and its elements, scripts and styles left out."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.inside: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self.inside = tag if tag in ("script", "style") else None

    def handle_endtag(self, _tag: str) -> None:
        self.inside = None

    def handle_data(self, data: str) -> None:
        if self.inside != "style":
            (self.scripts if self.inside == "script" else self.text).append(data)

    def attributes(self, name: str) -> list[str]:
        return [attributes[name] or "" for _, attributes in self.elements if name in attributes]


def read(html: str) -> Words:
    words = Words()
    words.feed(html)
    return words


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    folder = tmp_path_factory.mktemp("page")
    return derive(write_run(folder / "run", an_experiment(), trials_like(like_fib(), 12, wobble=0.03)))


def carried(words: Words) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(gzip.decompress(base64.b64decode(words.scripts[0])))
    return data


def test_it_has_the_headings_of_the_markdown_in_their_order(results: Results) -> None:
    markdown = re.findall(r"^##+ (.*)$", report(results, set(drawings(results))), re.MULTILINE)
    html = [
        re.sub(r"<[^>]+>", "", heading)
        for heading in re.findall(r"<h[23][^>]*>(.*?)</h[23]>", page(results).partition("<script")[0], re.DOTALL)
    ]
    of_the_page_alone = ["All contrasts at a glance", "Between arms", "Between cases, within an arm", "Raw values"]

    assert [heading for heading in html if heading not in of_the_page_alone] == markdown
    assert [heading for heading in html if heading in of_the_page_alone] == of_the_page_alone


def test_it_has_every_cell_of_every_table_of_the_markdown(results: Results) -> None:
    text = " ".join("".join(read(page(results)).text).split())
    rows = [line for line in report(results, set(drawings(results))).splitlines() if line.startswith("| ")]
    found = {
        part for row in rows for cell in row[2:-2].split(" | ") for part in cell.split("<br>") if "---" not in cell
    }

    assert len(found) > 100
    assert {cell for cell in found if " ".join(re.sub(r"[\\`]", "", cell).split()) not in text} == set()


def test_its_policy_lets_no_script_run_but_its_own_and_nothing_be_fetched(results: Results) -> None:
    words = read(page(results))
    policy = words.attributes("content")[1]

    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert policy.count("'sha256-") == len(words.scripts) - 1 == 3
    assert "unsafe-eval" not in policy
    assert [tag for tag, attributes in words.elements if "src" in attributes or tag == "link"] == []


def test_a_page_is_the_same_whenever_it_is_made_and_under_two_megabytes(results: Results) -> None:
    made = page(results)

    assert made == page(results)
    assert len(made.encode()) < 2_000_000


def test_it_carries_every_value_and_every_contrast_once(results: Results) -> None:
    files = carried(read(page(results)))["files"]

    def count(column: Any) -> int:
        return len(column) if isinstance(column, list) else int(column.get("count") or len(column["at"]))

    assert count(files["trials.csv"]["whole_seconds"]) == len(results.journal.trials)
    assert count(files["contrasts.csv"]["ratio"]) == len(results.contrasts)
    assert files["trials.csv"]["status"] == {"words": ["ok"], "count": len(results.journal.trials)}


def test_the_page_draws_the_specification_of_the_file_with_more_to_ask(results: Results) -> None:
    spec = drawings(results)["fib.svg"]
    before = json.dumps(spec)
    drawn = interactive(spec, results.experiment, "times of fib")

    assert json.dumps(spec) == before, "the file's is left as it is"
    assert drawn["hconcat"][0]["data"] == spec["hconcat"][0]["data"]
    assert drawn["params"] == [
        {"name": "shown_arms", "value": ["3.12", "3.13", "3.13t-gil", "3.13t"]},
        {"name": "shown_modes", "value": ["serial", "threads", "processes"]},
    ]
    assert drawn["hconcat"][0]["transform"] == [
        {"filter": "indexof(shown_arms, datum.arm) >= 0"},
        {"filter": "indexof(shown_modes, datum.mode) >= 0"},
    ]
    fields = [field["field"] for field in drawn["hconcat"][0]["layer"][0]["encoding"]["tooltip"]]
    assert fields == ["case", "arm", "mode", "time_text", "ratio_text", "blocks"]


def test_a_finding_leads_to_the_times_of_the_sides_it_touches() -> None:
    known, stranger = a_side("3.13t"), a_side("3.13t-control")
    finding = Finding(severity="warning", check="x", sentence="Beware.", sides=(known, stranger))
    words = read(page(replace(built_results(), findings=(finding,))))

    assert "#side-fib-threads-2-on-3.13t-11" in words.attributes("href")
    assert words.attributes("id").count("side-fib-threads-2-on-3.13t-11") == 1
    assert "fib threads 2 on 3.13t-control" in "".join(words.text)


def test_no_two_elements_share_a_name(results: Results) -> None:
    names = read(page(results)).attributes("id")

    assert sorted(set(names)) == sorted(names)


def test_what_comes_from_outside_is_text(tmp_path: Path) -> None:
    finding = Finding(severity="error", check="x", sentence=HOSTILE, remedy=HOSTILE, sides=(a_side("3.13t"),))
    words = read(page(replace(built_results(), findings=(finding,))))

    assert "".join(words.text).count(HOSTILE) == 3, "among the doubts, and twice in the finding"
    assert "b" not in {tag for tag, _ in words.elements}
    assert not [href for href in words.attributes("href") if not href.startswith(("#", "http"))]


def test_a_cell_sorts_by_its_number_and_a_missing_one_last() -> None:
    time = Cell(Markdown("1,002 [991]<br>4.1×"), 1002.25)

    assert [cell.sort_key for cell in (words("serial"), time, NO_NUMBER)] == [None, "1002.25", ""]
    assert inline(time.text) == "1,002 [991]<br>4.1×"


@pytest.mark.parametrize(
    ("ratio", "low", "high", "sign", "effect"),
    [
        (2.5, 2.4, 2.6, "▲", 3),
        (1.3, 1.2, 1.4, "▲", 2),
        (1.1, 1.05, 1.15, "▲", 1),
        (1.01, 0.99, 1.03, "·", 0),
        (1.5, None, None, "·", 0),
        (0.9, 0.85, 0.95, "▼", -1),
        (0.4, 0.3, 0.5, "▼", -3),
    ],
)
def test_a_square_tells_its_effect_by_colour_and_its_direction_by_a_sign(
    ratio: float, low: float | None, high: float | None, sign: str, effect: int
) -> None:
    shown = square(a_contrast(ratio, low, high))

    assert (shown.sign, shown.effect) == (sign, effect)


def test_a_square_says_in_words_what_its_colours_mean() -> None:
    assert square(a_contrast(verdict="faster")).text == "[1.85, 1.95], 10 blocks, above 1; faster"
    assert square(a_contrast(0.99, 0.97, 1.01, primary=False)).text == (
        "[0.97, 1.01], 10 blocks, 1 is in the interval; not declared"
    )


def test_all_contrasts_are_in_the_matrices(results: Results) -> None:
    squares = [each for matrix in matrices(results) for _, row in matrix.rows for each in row if each]

    assert len(squares) == sum(contrast.span == "whole" for contrast in results.contrasts) > 20


def test_a_run_without_numbers_has_a_page_that_says_so(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", an_experiment())
    write_page(derive(run), run)

    text = "".join(read((run / "report.html").read_text(encoding="utf-8")).text)
    assert "No trial was usable, so there are no results." in text
    assert "No contrast could be estimated." in text


def test_the_script_that_draws_plots_is_bundled_once_for_an_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.prefix", str(tmp_path))
    monkeypatch.setattr("vl_convert.javascript_bundle", lambda *_: "first </script>")

    assert vega_embed() == "first <\\/script>"
    monkeypatch.setattr("vl_convert.javascript_bundle", lambda *_: "second")
    assert vega_embed() == "first <\\/script>"
