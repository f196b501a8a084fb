"""Words from outside stay words: on every page, in every picture, on the terminal and as names of files."""

import contextlib
import io
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from markdown_it import MarkdownIt
from msgspec.structs import replace

from harness.__main__ import main
from harness.errors import UsageError
from harness.records import Culprit, Experiment, Skipped, Trial
from harness.report.programs import bundle
from harness.report.text.escape import MOST_LETTERS, file_names, one_line
from tests.builders import a_trial, a_workload, an_arm, an_experiment, settings, trials_like
from tests.disturbed import control_trials, watched, with_control
from tests.hostile.names import HOSTILE, hostile_run
from tests.hostile.verdicts import tables_are_whole

SPOTS = {(arm, mode, workers): 0.1 for arm in ("3.13", "3.13t") for mode, workers in (("serial", 1), ("threads", 2))}
SAFE = {
    "svg",
    "g",
    "path",
    "text",
    "rect",
    "line",
    "tspan",
    "defs",
    "clipPath",
    "style",
    "title",
    "linearGradient",
    "stop",
}


def words() -> Experiment:
    """An experiment with a word in every place that has one."""
    workloads = (
        a_workload(answers_vary="why", answers_count="lost updates", group="some", needs=("pyperf",)),
        *(a_workload(f"grain@{point}", series="jobs", point=point) for point in (4, 40)),
    )
    experiment = an_experiment(
        ("3.13", an_arm("3.13t", build=replace(an_arm("3.13t").build, compiler="another one"))),
        (("serial", 1), ("threads", 2)),
        workloads,
        skipped=(Skipped(workload="fib", mode="asyncio", reason="it has no run_async"),),
        culprits=(Culprit(arm="3.13t", workload="fib", module="module", distribution="name", version="1"),),
        settings=settings(sites=("http://127.0.0.1/",)),
    )
    return with_control(replace(experiment, machine=replace(experiment.machine, governor="performance")))


def trials(experiment: Experiment) -> list[Trial]:
    fib = trials_like(SPOTS, 11)
    for point in (4, 40):
        fib += trials_like(SPOTS, 3, workload=f"grain@{point}")
    fib = [watched(trial) for trial in (*fib, *control_trials(experiment, fib[:44], 11))]
    gil = a_trial().gil
    assert gil is not None
    odd = a_trial("3.13t", "threads", 2, 12, gil=replace(gil, at_end=False), start_method="fork", counted=4)
    failed = a_trial("3.13t", block=12, status="failed", values=(), reason="it exited with code 1")
    return [*fib, odd, failed]


@pytest.fixture(scope="module", params=HOSTILE, ids=range(len(HOSTILE)))
def reported(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("hostile")
    experiment = words()
    run = hostile_run(folder / "run", experiment, trials(experiment), request.param)
    output, errors = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
        assert main(["report", str(run)]) == 0
    assert errors.getvalue() == ""
    return run, output.getvalue()


@pytest.fixture
def run(reported: tuple[Path, str]) -> Path:
    return reported[0]


def test_what_is_printed_moves_no_cursor(reported: tuple[Path, str]) -> None:
    assert all(line.isprintable() for line in reported[1].splitlines())


def test_the_report_s_tables_are_whole_and_no_html_and_no_link_is_on_it_but_its_own(run: Path) -> None:
    text = (run / "report.md").read_text(encoding="utf-8")
    tables_are_whole(text)
    html = MarkdownIt("commonmark", {"html": True}).enable("table").render(text)
    files = {path.name for path in run.iterdir()}
    assert set(re.findall(r'src="([^"]*)"', html)) <= files
    assert {link for link in re.findall(r'href="([^"]*)"', html) if not link.startswith("#")} <= files


def test_every_picture_is_xml_without_scripts_and_links(run: Path) -> None:
    pictures = sorted(run.glob("*.svg"))

    assert pictures
    for picture in pictures:
        text = picture.read_text(encoding="utf-8")
        assert "<!DOCTYPE" not in text
        assert "<!ENTITY" not in text
        for element in ET.fromstring(text).iter():
            assert element.tag.rpartition("}")[2] in SAFE
            assert not [name for name in element.attrib if name.lower().startswith("on") or "href" in name]


def test_all_files_are_in_the_folder_under_plain_names(run: Path) -> None:
    main(["csv", str(run)])

    assert [path.name for path in run.parent.iterdir()] == ["run"]
    for path in run.iterdir():
        assert re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,120}", path.name)
        assert path.is_file()


def test_what_is_compared_as_html_has_no_script_and_whole_tables(
    run: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "<script>alert(2)</script> & \x1b[2J|b"
    hostile_run(other, words(), trials(words())[:40], "<b>")
    page = tmp_path / "page.html"

    assert main(["compare", str(run), str(other), "--output", str(page)]) == 0
    html = page.read_text(encoding="utf-8")
    assert set(re.findall(r"<([a-zA-Z!]+)", html)) <= {"!doctype", "html", "head", "meta", "title", "style", "body", "main", "div", "h", "p", "ul", "li", "table", "thead", "tbody", "tr", "th", "td"}  # fmt: skip
    assert "javascript:" not in "".join(re.findall(r'(?:href|src)="([^"]*)"', html))
    assert html.count("<title>") == 1
    assert main(["compare", str(run), str(other)]) == 0
    assert "\x1b[2J" not in capfd.readouterr().out


def test_a_run_with_such_words_is_packed_and_verified(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    packed = bundle.bundle(run).rename(tmp_path / "packed.zip")

    assert main(["verify", str(packed)]) == 0
    assert all(line.isprintable() for line in capsys.readouterr().out.splitlines())


def test_a_gate_on_it_says_what_it_has_in_one_printable_line(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["gate", str(run), "--limit", "fib/serial 3.13t/3.13 >= 1"]) == 2

    (line,) = capsys.readouterr().err.splitlines()
    assert line.isprintable()


def test_a_refusal_moves_no_cursor_whatever_it_quotes() -> None:
    assert str(UsageError("a\x1b[2Jb\u202ec\nd")) == "a [2Jb c d"


def test_words_without_end_are_cut() -> None:
    assert one_line("x" * 10**6) == "x" * MOST_LETTERS + "…"


def test_names_that_some_system_keeps_for_itself_are_not_given() -> None:
    assert file_names(["con", "NUL.x", "-rf", "\x00", "lpt1"], ()) == {
        "con": "con-file",
        "NUL.x": "NUL.x-file",
        "-rf": "rf",
        "\x00": "unnamed",
        "lpt1": "lpt1-file",
    }
