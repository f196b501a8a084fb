"""The pages: short where they promise to be, every link and every name in them leads somewhere, and plain words."""

import ast
import json
import re
from pathlib import Path

import pytest

from harness import ROOT, __version__
from harness.experiment.options import parser
from harness.worker import workload_file
from harness.worker.modes import MODES

PAGES = [
    *sorted(ROOT.glob("*.md")),
    *(page for room in ("docs", "experiments") for page in sorted((ROOT / room).rglob("*.md"))),
]
BEING_REWRITTEN = {ROOT / "docs" / "performance.md", ROOT / "docs" / "statistics.md"}
FOLDERS = ("harness", "tests", "docs", "experiments", "workloads", "results", ".ci")
UNUSED_WORDS = re.compile(
    r"\b(mend(s|ed|ing)?|told|tells?|said|besides?|anew|whoever|nobody's business|stands above|what differs)\b",
    re.IGNORECASE,
)


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def prose_of(page: Path) -> str:
    """The page without code, links' targets and what is generated from a run."""
    text = re.sub(r"<!-- made from .*?<!-- end -->", "", text_of(page), flags=re.DOTALL)
    text = re.sub(r"^ *```.*?^ *```", "", text, flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"\]\([^)]*\)", "]", re.sub(r"`[^`]*`", "", text))


def anchors_of(page: Path) -> set[str]:
    """What GitHub makes of the page's headings."""
    headings = re.findall(r"^#+ (.+)$", text_of(page), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links_of(page: Path) -> list[str]:
    return [link for link in re.findall(r"\]\(([^)\s]+)\)", text_of(page)) if "://" not in link]


def python_in(page: Path) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```", text_of(page), flags=re.DOTALL | re.MULTILINE)


def sessions() -> set[str]:
    tree = ast.parse(text_of(ROOT / "noxfile.py"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.decorator_list}


def test_the_readme_has_at_most_120_lines() -> None:
    assert len(text_of(ROOT / "README.md").splitlines()) <= 120


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_between_pages_leads_to_a_file_and_a_heading(page: Path) -> None:
    broken = []
    for link in links_of(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors_of(target)):
            broken.append(link)

    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_path_that_a_page_names_exists(page: Path) -> None:
    named = re.findall(rf"`((?:{'|'.join(map(re.escape, FOLDERS))})/[\w./-]*)`", text_of(page))
    missing = {
        name for name in named if not (ROOT / name).exists() and not name.startswith(("results/RUN", "results/NAME"))
    }

    assert missing == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_session_that_a_page_names_exists(page: Path) -> None:
    named = {name.partition("-")[0] for name in re.findall(r"nox -s ([a-z][a-z-]*)", text_of(page))}

    assert named <= sessions()


def test_the_map_of_the_design_names_every_folder_of_the_harness() -> None:
    folders = {file.parent.relative_to(ROOT).as_posix() for file in (ROOT / "harness").rglob("__init__.py")}
    named = re.findall(r"^\| `(harness/[\w/]+)/` \|", text_of(ROOT / "docs" / "design.md"), flags=re.MULTILINE)

    assert sorted(named) == sorted(folders - {"harness"})


def names_in(file: Path) -> set[str]:
    """What a module defines at its top, and the methods of its classes as `Class.method`."""
    names: set[str] = set()
    for node in ast.parse(text_of(file)).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        if isinstance(node, ast.ClassDef):
            names |= {f"{node.name}.{part.name}" for part in node.body if isinstance(part, ast.FunctionDef)}
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names |= {target.id for target in targets if isinstance(target, ast.Name)}
    return names


def test_every_name_under_where_to_look_is_defined_in_its_module() -> None:
    table = text_of(ROOT / "docs" / "design.md").partition("## Where to look")[2].partition("\n## ")[0]
    named = re.findall(r"`([\w/]+\.py)` \(((?:`[\w.]+`(?:, )?)+)\)", table)
    missing = {
        (path, name)
        for path, names in named
        for name in re.findall(r"`([\w.]+)`", names)
        if name not in names_in(ROOT / path)
    }

    assert len(named) >= 6
    assert missing == set()


def test_every_session_has_a_line_in_the_page_of_commands() -> None:
    page = text_of(ROOT / "docs" / "commands.md")

    assert {name for name in sessions() if f"nox -s {name}" not in page and f"`{name}`" not in page} == set()


def test_the_page_of_commands_explains_every_option_of_bench() -> None:
    page = text_of(ROOT / "docs" / "commands.md").partition("### Options of bench")[2].partition("\n## ")[0]
    options = set(re.findall(r"--[a-z][a-z-]*", parser().format_help())) - {"--help"}

    assert set(re.findall(r"--[a-z][a-z-]*", page)) >= options


@pytest.mark.parametrize(
    "page", [page for page in PAGES if page not in BEING_REWRITTEN], ids=lambda page: str(page.relative_to(ROOT))
)
def test_no_page_uses_a_word_of_the_style_sheet(page: Path) -> None:
    assert [found[0] for found in UNUSED_WORDS.finditer(prose_of(page))] == []


def test_every_test_that_the_page_of_faults_names_exists() -> None:
    page = text_of(ROOT / "docs" / "faults.md")
    files = {path.name for path in (ROOT / "tests").rglob("test_*.py")}
    functions = {
        node.name
        for path in (ROOT / "tests" / "hostile").glob("test_*.py")
        for node in ast.parse(text_of(path)).body
        if isinstance(node, ast.FunctionDef)
    }

    assert set(re.findall(r"`(test_\w+\.py)`", page)) <= files
    _, _, tables = page.partition("## Bad input")
    last_cells = [row.rstrip(" |").rpartition("|")[2] for row in tables.splitlines() if row.startswith("| ")]
    named = {name for cell in last_cells for name in re.findall(r"`([a-z_0-9]+)`", cell)}
    assert {name for name in named if not any(name in function for function in functions)} == set()


@pytest.mark.parametrize("page", ["README.md", "docs/workloads.md"])
def test_every_workload_in_a_page_gives_one_answer_in_every_mode(page: str, tmp_path: Path) -> None:
    for number, sample in enumerate(python_in(ROOT / page)):
        file = tmp_path / f"sample_{number}.py"
        file.write_text(sample, encoding="utf-8")
        workload = workload_file.module(str(file))
        if hasattr(workload, "LATENCY_SECONDS"):
            continue  # needs sites; workloads/download.py is the same and is tested with them
        for point in workload_file.points(workload, "quick"):
            jobs = workload_file.jobs(workload, "quick", [], None if point is None else str(point))[:4]
            modes = [mode for mode in MODES if workload_file.obstacle(workload, mode) is None]
            answers = [
                MODES[mode](workload, jobs, 1 if mode.startswith("serial") else 2, "fork").answers for mode in modes
            ]
            assert len(modes) == 4
            assert all(list(answer) == list(answers[0]) for answer in answers)


def test_the_readme_quotes_verdicts_of_the_reference_run() -> None:
    contrasts = json.loads(text_of(ROOT / "results" / "reference" / "contrasts.json"))
    quoted = re.findall(
        r"^(\S+): +(\S+) against (\S+) +([\d.]+)× (\w+) +([\d.]+) \[([\d.]+), ([\d.]+)\] +(\d+) blocks$",
        text_of(ROOT / "README.md"),
        flags=re.MULTILINE,
    )

    assert len(quoted) == 2
    for case, subject, baseline, effect, verdict, ratio, low, high, blocks in quoted:
        workload, mode, *workers = case.split("/")
        side = {"workload": workload, "mode": mode, "workers": int(workers[0]) if workers else 1}
        contrast = next(
            one
            for one in contrasts
            if one["subject"] == {**side, "arm": subject}
            and one["baseline"] == {**side, "arm": baseline}
            and one["span"] == "whole"
        )
        numbers = [f"{contrast[name]:.2f}" for name in ("ratio", "low", "high")]
        times = contrast["ratio"] if verdict == "faster" else 1 / contrast["ratio"]
        assert (numbers, contrast["verdict"], contrast["blocks"]) == ([ratio, low, high], verdict, int(blocks))
        assert f"{times:.2f}" == effect


def test_the_changelog_has_a_dated_entry_for_the_version() -> None:
    assert re.search(
        rf"^## \[{re.escape(__version__)}\] - \d{{4}}-\d\d-\d\d$", text_of(ROOT / "CHANGELOG.md"), re.MULTILINE
    )
