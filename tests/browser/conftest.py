"""One Chromium for all tests, and the pages that it opens. `nox -s browser` has what they need; else they are skipped."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from harness import ROOT
from harness.report.page.page import page
from harness.report.results import derive
from tests.browser.runs import hostile, many_cases

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Dialog, Page

Opened = Callable[..., "AbstractContextManager[Page]"]  # by name, width, scheme and options of the page

AXE = ROOT / ".nox" / "browser" / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture(scope="session")
def chromium() -> Iterator["Browser"]:
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed: `apt-get install chromium`, then `nox -s browser`")
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not there: `nox -s browser` installs it")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def pages(chromium: "Browser", tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The path of each page by its name; no browser, no pages."""
    folder = tmp_path_factory.mktemp("pages")
    runs = {"reference": ROOT / "results" / "reference", "many": many_cases(folder), "hostile": hostile(folder)}
    paths = {name: folder / f"{name}.html" for name in runs}
    for name, run in runs.items():
        paths[name].write_text(page(derive(run)), encoding="utf-8")
    return paths


@pytest.fixture
def opened(chromium: "Browser", pages: dict[str, Path]) -> Opened:
    """Open a page by name; it must ask nothing of the network, log nothing, and open no dialog."""

    @contextmanager
    def visit(name: str, width: int = 1280, scheme: Any = "light", **options: Any) -> Iterator["Page"]:
        tab = chromium.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme, **options)
        problems: list[str] = []
        requested: list[str] = []

        def dismiss(dialog: "Dialog") -> None:
            problems.append(f"a dialog: {dialog.message}")
            dialog.dismiss()

        tab.on("console", lambda message: problems.append(message.text))
        tab.on("pageerror", lambda error: problems.append(str(error)))
        tab.on("dialog", dismiss)
        tab.on("request", lambda request: requested.append(request.url))
        tab.goto(pages[name].as_uri())
        tab.wait_for_selector("html[data-ready]")
        yield tab
        assert problems == []
        assert [url.partition("#")[0] for url in requested if not url.startswith("blob:")] == [pages[name].as_uri()]
        tab.close()

    return visit


@pytest.fixture(scope="session")
def axe() -> str:
    if not AXE.is_file():
        pytest.skip("axe-core is not there: `nox -s browser` fetches it")
    return AXE.read_text(encoding="utf-8")
