"""The site: an index, a page per run and per workload, from real runs, made ones, damaged ones and hostile ones."""

import json
import re
import shutil
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from msgspec.json import encode
from msgspec.structs import replace

from harness import ROOT
from harness.__main__ import main
from harness.report.exports.contrasts_file import write_findings
from harness.report.results import derive
from harness.report.site.history import Trend, trends
from harness.report.site.site_runs import machine_name, machines, site_runs
from harness.report.site.trend_picture import trend_picture
from harness.runs import EXPERIMENT
from tests.builders import a_workload, an_experiment, like_fib, settings, trials_like, write_run

RESULTS = ROOT / "results"
HOSTILE = '<script>alert("1")</script>'
PICTURES = ("fib.svg", "fib-decomposition.svg", "fib-scaling.svg")
IMAGE = "<img src=x onerror=alert(1)>"
VOID = {"meta", "br", "img", "link"}


class Page(HTMLParser):
    """What a page links and shows, and whether its tags are closed in order."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.alternatives: list[str] = []
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.tags.add(tag)
        self.attributes |= set(found)
        self.links += [found[name] for name in ("href", "src") if name in found]
        self.ids += [found["id"]] if "id" in found else []
        self.alternatives += [found["alt"]] if tag == "img" else []
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def pages_of(site: Path) -> list[Path]:
    """The site's own pages: a run's report.html is a copy."""
    return sorted(path for path in site.rglob("*.html") if path.name != "report.html")


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with its report, made once, because drawing takes long."""
    run = write_run(tmp_path_factory.mktemp("site") / "run", an_experiment(), trials_like(like_fib(), 12))
    main(["report", str(run)])
    return run


@pytest.fixture
def made(reported: Path) -> Callable[..., Path]:
    """Return a function that makes a run like it, with other fields in its experiment."""

    def make(results: Path, name: str, started_at: str = "2025-11-22T12:14:00+00:00", **fields: Any) -> Path:
        experiment = an_experiment(started_at=started_at, **fields)
        if "workloads" in fields:
            trials = trials_like(like_fib(), 12, workload=experiment.workloads[0].name)
            main(["report", str(write_run(results / name, experiment, trials))])
        else:
            shutil.copytree(reported, results / name)
            (results / name / EXPERIMENT).write_bytes(encode(experiment))
        return results / name

    return make


def built(results: Path, out: Path, capsys: pytest.CaptureFixture[str] | None = None) -> list[str]:
    assert main(["site", "--results", str(results), "--out", str(out)]) == 0
    return capsys.readouterr().out.splitlines() if capsys else []


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@pytest.fixture
def results(tmp_path: Path, made: Callable[..., Path]) -> Path:
    folder = tmp_path / "results"
    made(folder, "first")
    return folder


def test_the_committed_runs_make_a_site_in_which_every_link_leads_somewhere(tmp_path: Path) -> None:
    built(RESULTS, tmp_path / "site")

    pages = pages_of(tmp_path / "site")
    assert {"index.html", "fib.html", "download.html"} <= {path.name for path in pages}
    for path in pages:
        page = Page(path)
        assert page.open == []
        assert "script" not in page.tags
        assert all(page.alternatives)
        assert len(set(page.ids)) == len(page.ids)
        for link in page.links:
            assert (path.parent / link).is_file(), link


def test_the_index_tells_of_each_run_when_where_what_and_how_far_to_trust_it(tmp_path: Path) -> None:
    shutil.copytree(RESULTS / "reference", tmp_path / "results" / "reference")
    built(tmp_path / "results", tmp_path / "site")

    index = text_of(tmp_path / "site" / "index.html")
    assert "2026-11-23 02:00 UTC" in index
    assert "<strong>A</strong>: Intel(R) Xeon(R) Processor, 2 CPUs, 23.5 GiB, Linux x86_64" in index
    assert "3.12, 3.13, 3.13t-gil, 3.13t</td>" in index
    assert 'threads 2, 3.13t against 3.13t-gil: <strong class="ratio">1.93 [1.83, 2.04]</strong>' in index
    trust = (
        '<span class="fine">with verdicts</span>, <span>10 to 12 blocks</span>, '
        '<span class="warning">5 warnings</span>, <span>2 notes</span></td>'
    )
    assert trust in index


def test_a_run_has_its_own_files_beside_its_page_and_its_journal_is_not_among_them(
    results: Path, tmp_path: Path
) -> None:
    built(results, tmp_path / "site")

    place = tmp_path / "site" / "runs" / "first"
    assert sorted(path.name for path in place.iterdir()) == sorted(
        ["contrasts.json", "experiment.json", "findings.json", "index.html", "report.html", "report.md", *PICTURES]
    )
    assert '<a href="report.html">The whole report of this run</a>' in text_of(place / "index.html")
    (results / "first" / "report.html").unlink()
    built(results, tmp_path / "site")
    assert '<a href="report.md">The whole report of this run</a>' in text_of(place / "index.html")
    assert not (place / "report.html").exists()


def test_a_second_build_writes_nothing_and_one_more_run_only_what_it_touches(
    results: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], made: Callable[..., Path]
) -> None:
    made(results, "other", workloads=[a_workload("tree")])
    built(results, tmp_path / "site", capsys)
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "site").rglob("*") if path.is_file()}
    assert ", 0 of " in built(results, tmp_path / "site", capsys)[-1]

    made(results, "second", started_at="2025-11-23T12:14:00+00:00")
    built(results, tmp_path / "site")

    after = {path: path.stat().st_mtime_ns for path in (tmp_path / "site").rglob("*") if path.is_file()}
    changed = {str(path.relative_to(tmp_path / "site")) for path in after if after[path] != before.get(path)}
    assert {name for name in changed if not name.startswith("runs/second/") and not name.endswith(".svg")} == {
        "built.json",
        "index.html",
        "workloads/fib.html",
    }
    assert not any(name.startswith("workloads/tree-") for name in changed)


def test_what_a_run_no_longer_has_leaves_the_site_and_nothing_else_does(
    results: Path, tmp_path: Path, made: Callable[..., Path]
) -> None:
    made(results, "second", started_at="2025-11-23T12:14:00+00:00")
    built(results, tmp_path / "site")
    (tmp_path / "site" / "CNAME").write_text("mine", encoding="utf-8")
    shutil.rmtree(results / "second")

    built(results, tmp_path / "site")

    assert not (tmp_path / "site" / "runs" / "second").exists()
    assert (tmp_path / "site" / "CNAME").is_file()
    listed = json.loads(text_of(tmp_path / "site" / "built.json"))
    files = {str(path.relative_to(tmp_path / "site")) for path in (tmp_path / "site").rglob("*") if path.is_file()}
    assert files == {*listed, "built.json", "CNAME"}


def test_a_folder_that_holds_something_else_is_left_alone(
    results: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.tex").write_text("x", encoding="utf-8")

    assert main(["site", "--results", str(results), "--out", str(tmp_path / "mine")]) == 2
    assert "is not empty and is not a site." in capsys.readouterr().err
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["thesis.tex"]


def test_a_note_that_names_a_file_outside_removes_none(results: Path, tmp_path: Path) -> None:
    (tmp_path / "outside.txt").write_text("x", encoding="utf-8")
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "built.json").write_text('["../outside.txt"]', encoding="utf-8")

    built(results, tmp_path / "site")

    assert (tmp_path / "outside.txt").is_file()


@pytest.mark.parametrize(
    "damage",
    [
        ("experiment.json", "{", "second/experiment.json is damaged"),
        ("experiment.json", None, "second is not a run directory: experiment.json cannot be read"),
        ("contrasts.json", '[{"ratio": "<b>"}]', "second/contrasts.json is damaged"),
        ("contrasts.json", None, "second/contrasts.json cannot be read (No such file or directory). Make it again"),
        ("findings.json", "null", "second/findings.json is damaged"),
    ],
)
def test_a_damaged_run_is_a_sentence_that_names_no_path_of_the_machine(
    results: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    damage: tuple[str, str | None, str],
    made: Callable[..., Path],
) -> None:
    run = made(results, "second")
    file, content, sentence = damage
    (run / file).unlink()
    if content is not None:
        (run / file).write_text(content, encoding="utf-8")
    capsys.readouterr()

    printed = built(results, tmp_path / "site", capsys)

    index = text_of(tmp_path / "site" / "index.html")
    assert printed[0].startswith(f"Not shown: {sentence}")
    assert f'<li class="error">second: {sentence}' in index
    assert str(tmp_path) not in index
    assert "1 run</h2>" in index


@pytest.mark.parametrize("started_at", ["yesterday", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_run_without_a_date_is_told_too(
    results: Path, tmp_path: Path, started_at: str, made: Callable[..., Path]
) -> None:
    run = made(results, "second")
    experiment = json.loads(text_of(run / "experiment.json"))
    (run / "experiment.json").write_text(json.dumps({**experiment, "started_at": started_at}), encoding="utf-8")
    built(results, tmp_path / "site")

    index = text_of(tmp_path / "site" / "index.html")
    assert f"second has no date: its `started_at` is &#39;{started_at}&#39;." in index


@pytest.mark.parametrize("number", [0.0, -1.0, 1e300])
@pytest.mark.parametrize("field", ["ratio", "low", "high"])
def test_a_number_that_is_no_ratio_makes_a_run_a_damaged_one(
    results: Path, tmp_path: Path, number: float, field: str, made: Callable[..., Path]
) -> None:
    run = made(results, "second")
    contrasts = json.loads(text_of(run / "contrasts.json"))
    contrasts[0][field] = number
    (run / "contrasts.json").write_text(json.dumps(contrasts), encoding="utf-8")
    built(results, tmp_path / "site")

    assert "second: second/contrasts.json is damaged (" in text_of(tmp_path / "site" / "index.html")


def test_one_block_has_ratios_without_intervals_and_says_so(tmp_path: Path) -> None:
    run = write_run(tmp_path / "results" / "short", an_experiment(), trials_like(like_fib(), 1))
    main(["report", str(run)])
    built(tmp_path / "results", tmp_path / "site")

    assert "(1 block, no interval)" in text_of(tmp_path / "site" / "workloads" / "fib.html")


def test_a_report_older_than_the_findings_file_is_shown_with_that_doubt(results: Path, tmp_path: Path) -> None:
    (results / "first" / "findings.json").unlink()
    built(results, tmp_path / "site")

    assert "findings unknown: make its report again" in text_of(tmp_path / "site" / "index.html")


def test_no_run_at_all_makes_a_site_that_says_so_and_no_folder_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "none").mkdir()
    built(tmp_path / "none", tmp_path / "site")

    assert "There is no run yet." in text_of(tmp_path / "site" / "index.html")
    assert main(["site", "--results", str(tmp_path / "nowhere"), "--out", str(tmp_path / "site")]) == 2
    assert "nowhere cannot be read" in capsys.readouterr().err


def test_names_from_outside_stay_text_everywhere(tmp_path: Path, made: Callable[..., Path]) -> None:
    results = tmp_path / "results"
    experiment = an_experiment()
    arm = replace(experiment.arms[0], origin=HOSTILE, build=replace(experiment.arms[0].build, compiler=HOSTILE))
    made(
        results,
        HOSTILE.replace("/", "_"),
        arms=(arm, *experiment.arms[1:]),
        workloads=[a_workload(IMAGE, file=f"workloads/{IMAGE}.py", summary=HOSTILE)],
        settings=settings(command=HOSTILE),
        machine=replace(experiment.machine, cpu_model=HOSTILE, kernel="\u202egnp.exe\x1b[31m"),
    )
    damaged = results / f'">{IMAGE}'
    damaged.mkdir()
    built(results, tmp_path / "site")

    for path in pages_of(tmp_path / "site"):
        page, text = Page(path), text_of(path)
        assert "script" not in page.tags
        assert not any(name.startswith("on") for name in page.attributes)
        assert "\u202e" not in text
        assert "\x1b" not in text
        for link in page.links:
            assert re.fullmatch(r"[A-Za-z0-9._/@-]+", link)
            assert (path.parent / link).is_file()
    history_page = next((tmp_path / "site" / "workloads").glob("*.html"))
    assert "&lt;img src=x onerror=alert(1)&gt;/threads/2 3.13t/3.13t-gil" in text_of(history_page)
    assert all("<img" not in text_of(path) for path in (tmp_path / "site").rglob("*.svg"))


def test_links_and_strangers_files_of_a_run_are_not_published(results: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.svg").write_text("secret", encoding="utf-8")
    (results / "elsewhere").symlink_to(results / "first", target_is_directory=True)
    (results / "first" / "linked.svg").symlink_to(tmp_path / "secret.svg")
    (results / "first" / "notes.txt").write_text("mine", encoding="utf-8")
    (results / "first" / "fib.svg").unlink()
    (results / "first" / "fib.svg").symlink_to(tmp_path / "secret.svg")
    built(results, tmp_path / "site")

    assert [path.name for path in (tmp_path / "site" / "runs").iterdir()] == ["first"]
    copied = {path.name for path in (tmp_path / "site" / "runs" / "first").iterdir()}
    assert copied & {"linked.svg", "notes.txt", "fib.svg", "trials.jsonl"} == set()


def history(results: Path) -> list[Trend]:
    runs, _ = site_runs(results)
    return trends(runs, "fib", machines(runs))


def dated(day: int) -> str:
    return f"2025-11-{day:02d}T12:14:00+00:00"


def test_a_workload_is_followed_by_what_its_conclusions_are_about(results: Path) -> None:
    assert [(trend.name, trend.about) for trend in history(results)] == [
        ("fib/threads/2 3.13t/3.13t-gil", "without the GIL against the same build with it"),
        ("fib/threads/2 3.13t/3.13", "the free-threaded build against the ordinary one"),
        ("fib/serial 3.13t/3.13", "the same where nothing is concurrent"),
        ("fib/threads/2:fib/processes/2 3.13t", "threads against processes without the GIL"),
    ]


def test_what_is_new_in_an_interpreter_is_marked_once_and_only_against_the_same_machine(
    results: Path, made: Callable[..., Path]
) -> None:
    before = an_experiment()
    newer = tuple(
        replace(arm, build=replace(arm.build, version="3.13.99")) if arm.build.free_threaded else arm
        for arm in before.arms
    )
    elsewhere = replace(before.machine, usable_cpus=2, cpu_model="Another")
    made(results, "elsewhere", started_at=dated(23), machine=elsewhere, arms=newer)
    made(results, "upgraded", started_at=dated(24), arms=newer)
    made(results, "again", started_at=dated(25), arms=newer)

    first = history(results)[0]

    assert [(point.run.directory.name, point.machine, point.mark, point.changes) for point in first.points] == [
        ("first", "A", None, ()),
        ("elsewhere", "B", None, ()),
        ("upgraded", "A", 1, ("3.13t, version: 3.13.5, now 3.13.99.",)),
        ("again", "A", None, ()),
    ]


def test_a_change_of_the_worker_is_marked(results: Path, made: Callable[..., Path]) -> None:
    made(results, "digested", started_at=dated(23), worker_sha256=64 * "a")
    made(results, "changed", started_at=dated(24), worker_sha256=64 * "b")
    made(results, "same", started_at=dated(25), worker_sha256=64 * "b", harness_version="0.3.0")

    assert [(point.mark, point.changes) for point in history(results)[0].points] == [
        (None, ()),
        (
            1,
            (
                "The worker of the harness: version 0.1.0, no sha256 recorded, now version 0.1.0, sha256 aaaaaaaaaaaa: "
                "these are two measuring instruments.",
            ),
        ),
        (
            2,
            (
                "The worker of the harness: version 0.1.0, sha256 aaaaaaaaaaaa, now version 0.1.0, sha256 bbbbbbbbbbbb: "
                "these are two measuring instruments.",
            ),
        ),
        (None, ()),
    ]


def test_another_size_or_scaling_is_another_series(results: Path, made: Callable[..., Path]) -> None:
    made(results, "quick", started_at=dated(23), settings=settings(size="quick", profile="quick"))
    made(results, "weak", started_at=dated(24), settings=settings(scaling="weak"))

    assert sorted({str(trend.work) for trend in history(results)}) == [
        "fib: size default, strong scaling",
        "fib: size default, weak scaling",
        "fib: size quick, strong scaling",
    ]
    assert {len(trend.points) for trend in history(results)} == {1}


def test_a_picture_shows_the_latest_runs_and_its_table_all(
    results: Path, monkeypatch: pytest.MonkeyPatch, made: Callable[..., Path]
) -> None:
    for day in (23, 24):
        made(results, f"on-{day}", started_at=dated(day))
    monkeypatch.setattr("harness.report.site.trend_picture.MOST", 2)
    trend = history(results)[0]

    assert [row["date"][:10] for row in trend_picture(trend)["data"]["values"]] == ["2025-11-23", "2025-11-24"]
    assert len(trend.points) == 3


def test_machines_are_told_apart_by_hardware_and_keep_their_letters(results: Path, made: Callable[..., Path]) -> None:
    machine = an_experiment().machine
    made(results, "later", started_at=dated(23), machine=replace(machine, usable_cpus=64))
    runs, _ = site_runs(results)

    assert machine_name(machine) == "Some CPU @ 2.50GHz, 2 CPUs, 8.0 GiB, Linux x86_64"
    assert {run.directory.name: machines(runs)[run.kind] for run in runs} == {"first": "A", "later": "B"}
    made(results, "latest", started_at=dated(24), machine=replace(machine, usable_cpus=4))
    runs, _ = site_runs(results)
    assert {run.directory.name: machines(runs)[run.kind] for run in runs} == {
        "first": "A",
        "later": "B",
        "latest": "C",
    }


def test_the_site_needs_no_journal(results: Path, tmp_path: Path) -> None:
    (results / "first" / "trials.jsonl").unlink()
    built(results, tmp_path / "site")

    assert "fib/threads/2 3.13t/3.13" in text_of(tmp_path / "site" / "runs" / "first" / "index.html")


def test_what_is_committed_beside_the_reference_runs_is_what_their_journals_give(tmp_path: Path) -> None:
    for committed in sorted(RESULTS.glob("reference*")):
        write_findings(derive(committed), tmp_path)

        assert (tmp_path / "findings.json").read_bytes() == (committed / "findings.json").read_bytes()


def test_a_file_that_cannot_be_written_is_told_in_one_line(
    results: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    built(results, tmp_path / "site")
    (tmp_path / "site" / "index.html").unlink()
    (tmp_path / "site" / "index.html").mkdir()
    capsys.readouterr()

    assert main(["site", "--results", str(results), "--out", str(tmp_path / "site")]) == 2
    assert capsys.readouterr().err == (
        f"The site cannot be written ({tmp_path}/site/index.html: Is a directory). Fix that and run `nox -s site` "
        "again.\n"
    )


def test_paths_are_relative_so_that_the_site_works_in_any_folder(results: Path, tmp_path: Path) -> None:
    built(results, tmp_path / "site")

    for path in pages_of(tmp_path / "site"):
        assert not any(Path(link).is_absolute() or ":" in link for link in Page(path).links)
