"""report.html where people see it: in a browser."""

import csv
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from harness import ROOT
from harness.report.exports.csv_files import CONTRASTS_CSV, TRIALS_CSV, write_csv
from harness.report.results import derive
from tests.browser.conftest import Opened
from tests.browser.runs import HOSTILE, MANY_CASES, MANY_WORKLOADS

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

FIB = 'figure[data-picture="fib.svg"]'
RAW = 'figure[data-picture="raw"]'


def drawn(tab: "Page", figure: str) -> "Locator":
    tab.locator(figure).scroll_into_view_if_needed()
    tab.wait_for_selector(f"{figure}[data-drawn] svg")
    return tab.locator(f"{figure} svg")


def bars(tab: "Page", figure: str = FIB) -> int:
    """How many bars of times there are."""
    count: int = tab.locator(f"{figure} svg .mark-rect.role-mark path").count()
    return count


def matrix_rows(tab: "Page") -> list[str]:
    texts: list[str] = tab.locator(".matrix").first.locator("tbody tr:visible th").all_inner_texts()
    return texts


def wait_for_bars(tab: "Page", count: int) -> None:
    counting = "([found, count]) => document.querySelectorAll(found).length === count"
    tab.wait_for_function(counting, arg=[f"{FIB} svg .mark-rect.role-mark path", count])


def test_the_conclusions_are_on_the_first_screen(opened: Opened) -> None:
    with opened("reference") as tab:
        assert tab.locator("h1").inner_text().startswith("download and fib on 3.12, 3.13, 3.13t-gil and 3.13t")
        boxes = [sentence.bounding_box() for sentence in tab.locator("#conclusions li").all()]
        assert all(box is not None and box["y"] < 900 for box in boxes)


def test_a_table_is_sorted_by_its_numbers_and_by_the_keyboard(opened: Opened) -> None:
    def ratios(tab: "Page") -> list[float]:
        cells = tab.locator(".matrix").first.locator("tbody tr td:nth-child(2)").all_inner_texts()
        return [float(cell.lstrip("▲▼· ").split()[0]) for cell in cells if cell != "–"]

    with opened("reference") as tab:
        head, labels, published = tab.locator(".matrix thead th").nth(1), matrix_rows(tab), ratios(tab)
        assert head.get_attribute("aria-sort") == "none"
        head.get_by_role("button").focus()

        tab.keyboard.press("Enter")
        assert head.get_attribute("aria-sort") == "ascending"
        assert ratios(tab) == sorted(published)

        tab.keyboard.press("Space")
        assert head.get_attribute("aria-sort") == "descending"
        assert ratios(tab) == sorted(published, reverse=True)
        assert len(set(published)) > 5

        tab.keyboard.press("Enter")
        assert head.get_attribute("aria-sort") == "none"
        assert matrix_rows(tab) == labels


def test_one_column_sorts_at_a_time_and_missing_cells_come_last_in_both_directions(opened: Opened) -> None:
    with opened("reference") as tab:
        labels, ratios = (tab.locator(".matrix").first.locator("thead th").nth(column) for column in (0, 2))
        labels.get_by_role("button").click()
        for direction in ("ascending", "descending"):
            ratios.get_by_role("button").click()
            cells = tab.locator(".matrix").first.locator("tbody tr td:nth-child(3)").all_inner_texts()
            first_missing = cells.index("–")

            assert labels.get_attribute("aria-sort") == "none"
            assert ratios.get_attribute("aria-sort") == direction
            assert 5 < first_missing < len(cells)
            assert set(cells[first_missing:]) == {"–"}


def test_a_filter_without_a_match_says_so(opened: Opened) -> None:
    with opened("reference") as tab:
        region, rows = tab.get_by_role("region", name="Contrasts: Between arms"), len(matrix_rows(tab))
        region.get_by_label("Filter").fill("no such workload")

        assert matrix_rows(tab) == []
        assert region.get_by_role("status").inner_text() == f"0 of {rows} rows"


def test_a_table_is_filtered_and_a_followed_finding_takes_the_filter_away(opened: Opened) -> None:
    with opened("reference") as tab:
        before = len(matrix_rows(tab))
        tab.get_by_role("region", name="Contrasts: Between arms").get_by_label("Filter").fill("fib: threads")

        kept = matrix_rows(tab)
        assert kept
        assert all("fib: threads" in each for each in kept)

        link = tab.locator(".findings .links a").first
        target = (link.get_attribute("href") or "").removeprefix("#")
        link.evaluate("link => link.closest('details').open = true")
        link.click()
        tab.wait_for_function("() => document.querySelector(':target')?.getBoundingClientRect().top > 0")
        assert tab.locator(":target").get_attribute("id") == target
        assert tab.locator(":target").inner_text()[0].isdigit(), "the time of the side that the finding touches"
        assert tab.locator(":target").evaluate("cell => getComputedStyle(cell).outlineStyle") == "solid"
        assert len(matrix_rows(tab)) == before


def test_arms_and_modes_are_switched_off_and_on_in_every_plot(opened: Opened) -> None:
    with opened("reference") as tab:
        drawn(tab, FIB)
        cases, arms = 6, 4
        assert bars(tab) == cases * arms

        tab.locator(FIB).get_by_label("3.12", exact=True).uncheck()
        wait_for_bars(tab, cases * 3)
        tab.locator(FIB).get_by_label("processes", exact=True).uncheck()
        wait_for_bars(tab, 4 * 3)

        assert not tab.locator(RAW).get_by_label("3.12", exact=True).is_checked()
        tab.locator(RAW).get_by_label("3.12", exact=True).check()
        wait_for_bars(tab, 4 * 4)


def test_pointing_at_a_bar_tells_value_interval_and_blocks(opened: Opened) -> None:
    with opened("reference") as tab:
        drawn(tab, FIB)
        tab.locator(f"{FIB} svg .mark-rect.role-mark path").first.hover()
        told = tab.locator("#vg-tooltip-element.visible").inner_text()

        assert "arm" in told
        assert "ms [" in told
        assert "blocks" in told


def test_axes_are_linear_or_logarithmic(opened: Opened) -> None:
    with opened("reference") as tab:
        drawn(tab, FIB)
        tab.locator(FIB).get_by_label("log", exact=True).check()
        tab.wait_for_selector(f'{FIB}[data-drawn="log"]')
        assert "ms (less is better), log scale" in (tab.locator(f"{FIB} svg").text_content() or "")
        assert bars(tab) == 0, "a bar has no beginning on a log axis"

        tab.locator(FIB).get_by_label("linear", exact=True).check()
        tab.wait_for_selector(f'{FIB}[data-drawn="linear"]')
        assert "log scale" not in (tab.locator(f"{FIB} svg").text_content() or "")


def test_the_matrix_is_coloured_by_effect_or_by_verdict_and_says_both_in_words(opened: Opened) -> None:
    with opened("reference") as tab:
        square = tab.locator('.matrix td[data-verdict="equivalent"][data-effect="0"]').first
        colour = "cell => getComputedStyle(cell).backgroundColor"
        plain = square.evaluate(colour)
        tab.get_by_label("the verdict").check()

        assert square.evaluate(colour) != plain
        assert "equivalent" in square.inner_text()
        assert "▲" in tab.locator('.matrix td[data-effect="2"]').first.inner_text()
        assert "▼" in tab.locator('.matrix td[data-effect="-2"]').first.inner_text()


def test_raw_values_of_a_chosen_case_are_a_point_each(opened: Opened) -> None:
    results = derive(ROOT / "results" / "reference")
    arms = {arm.label for arm in results.experiment.arms}
    wanted = [
        value
        for trial in results.journal.trials
        if (trial.workload, trial.mode, trial.workers, trial.purpose) == ("fib", "threads", 2, "time") and trial.block
        for value in trial.values
        if trial.arm in arms
    ]
    with opened("reference") as tab:
        drawn(tab, RAW)
        tab.locator("#case").select_option(label="fib: threads 2")
        tab.wait_for_function(
            "n => document.querySelectorAll('figure[data-picture=raw] .mark-symbol.role-mark path').length === n",
            arg=len(wanted),
        )

        assert tab.locator("#counted").inner_text().startswith(f"{len(wanted)} values of ")


@pytest.mark.parametrize("name", [TRIALS_CSV, CONTRASTS_CSV])
def test_a_downloaded_csv_is_that_of_the_export(opened: Opened, name: str, tmp_path: Path) -> None:
    write_csv(derive(ROOT / "results" / "reference"), tmp_path)
    with opened("reference", accept_downloads=True) as tab:
        with tab.expect_download() as download:
            tab.locator(f'button[data-save="{name}"]').click()
        download.value.save_as(tmp_path / "downloaded.csv")

    ours, theirs = (
        list(csv.reader((tmp_path / file).read_text(encoding="utf-8").splitlines()))
        for file in (name, "downloaded.csv")
    )
    assert theirs[0] == ours[0]
    assert len(theirs) == len(ours)
    assert [
        pair for rows in zip(theirs, ours, strict=True) for pair in zip(*rows, strict=True) if not same(*pair)
    ] == []


def same(one: str, other: str) -> bool:
    """Equal, or numbers that are equal to a nanosecond."""
    try:
        return abs(float(one) - float(other)) < 1e-9
    except ValueError:
        return one == other


def test_the_json_has_every_value_and_contrast(opened: Opened, tmp_path: Path) -> None:
    with opened("reference", accept_downloads=True) as tab:
        with tab.expect_download() as download:
            tab.locator('button[data-save="data.json"]').click()
        download.value.save_as(tmp_path / "data.json")

    found = json.loads((tmp_path / "data.json").read_text(encoding="utf-8"))
    results = derive(ROOT / "results" / "reference")
    assert len(found["contrasts"]) == len(results.contrasts)
    assert len(found["trials"]) == sum(max(1, len(trial.values)) for trial in results.journal.trials)


def test_dark_is_the_system_s_choice_or_the_button_s(opened: Opened) -> None:
    paper = "document.body && getComputedStyle(document.body).backgroundColor"
    with opened("reference", scheme="dark") as tab:
        assert tab.evaluate(paper) == "rgb(13, 17, 23)"
        tab.get_by_role("button", name="Light").click()
        assert tab.evaluate(paper) == "rgb(255, 255, 255)"
        tab.get_by_role("button", name="Dark").click()
        drawn(tab, FIB)
        title = tab.locator(f"{FIB} svg text").first
        assert title.evaluate("text => getComputedStyle(text).fill") == "rgb(230, 237, 243)"


def test_it_prints_with_its_plots_from_dark_too(opened: Opened, tmp_path: Path) -> None:
    with opened("reference", scheme="dark") as tab:
        drawn(tab, FIB)
        tab.emulate_media(media="print", color_scheme="dark")
        assert tab.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert not tab.locator("header").is_visible()
        printed = tab.pdf(path=tmp_path / "report.pdf", format="A4")

        assert printed[:5] == b"%PDF-"
        assert len(printed) > 50_000


@pytest.mark.parametrize("name", ["reference", "many"])
def test_nothing_is_wider_than_a_phone(opened: Opened, name: str) -> None:
    with opened(name, width=390) as tab:
        if name == "reference":
            drawn(tab, FIB)
            drawn(tab, RAW)
        assert tab.evaluate("document.documentElement.scrollWidth") == 390


def test_two_hundred_cases_sort_filter_and_draw(opened: Opened) -> None:
    with opened("many") as tab:
        assert tab.locator("#case option").count() == len(MANY_CASES) * len(MANY_WORKLOADS) == 200
        tab.get_by_role("region", name="Contrasts: Between arms").get_by_label("Filter").fill("work3: threads 7")
        assert matrix_rows(tab)[0] == "work3: threads 7"
        assert all(row.startswith("work3: threads 7") for row in matrix_rows(tab))
        drawn(tab, 'figure[data-picture="work5.svg"]')
        assert bars(tab, 'figure[data-picture="work5.svg"]') == len(MANY_CASES) * 4
        drawn(tab, RAW)
        tab.locator("#case").select_option(label="work7: asyncio 8")
        tab.wait_for_function("() => document.getElementById('counted').textContent.startsWith('8 values of 8 trials')")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["reference", "many", "hostile"])
def test_axe_finds_nothing_serious(opened: Opened, axe: str, name: str, scheme: str) -> None:
    with opened(name, scheme=scheme) as tab:
        if name != "many":
            drawn(tab, RAW)
        tab.evaluate(axe)
        # Sections of workloads are all made alike: of eight, one is enough.
        context = {"exclude": [["section[id^=section-]:not(#section-1)"]]} if name == "many" else {}
        found = tab.evaluate(
            "context => axe.run(context.exclude ? context : document, { resultTypes: ['violations'] })"
            ".then(found => found.violations)",
            context,
        )
        wrong = [each for each in found if each["impact"] in ("serious", "critical")]

        assert [
            (each["id"], each["nodes"][0]["html"][:300], each["nodes"][0]["failureSummary"]) for each in wrong
        ] == []


def test_hostile_names_are_shown_as_they_are_and_never_run(opened: Opened) -> None:
    shown = " ".join(HOSTILE.split())
    with opened("hostile") as tab:
        for figure in tab.locator("figure").all():
            figure.scroll_into_view_if_needed()
            figure.locator("svg").wait_for()
        tab.locator("figure svg .mark-rect.role-mark path").last.hover()

        assert shown in tab.locator("#vg-tooltip-element.visible").inner_text()
        assert shown in tab.locator("h1").inner_text()
        assert shown in (tab.locator("figure svg").first.text_content() or "")
        assert shown in tab.locator("#case option").first.inner_text()
        assert tab.locator("main img, main script, main a[href^=javascript]").count() == 0
        assert "49" not in tab.locator("h1").inner_text()
