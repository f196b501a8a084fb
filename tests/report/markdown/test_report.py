"""report.md as a whole: pinned text, and nothing from outside that GitHub would take for markup."""

import re
from pathlib import Path

from markdown_it import MarkdownIt
from msgspec.structs import replace

from harness.records import Distribution, Finding, Skipped
from harness.report.markdown.render import report
from harness.report.results import Results, derive
from harness.report.text.file_names import picture_names
from tests.builders import (
    Spot,
    a_choice,
    a_time,
    a_workload,
    an_arm,
    an_experiment,
    like_fib,
    settings,
    trials_like,
    write_run,
)
from tests.report.built_results import between, built_results, side
from tests.report.markdown.golden import GOLDEN, rendered

EVIL = "x|<img src=q>`[y](http://e.invalid)\n# h\n</details>*z*"


def test_the_report_is_as_pinned(tmp_path: Path) -> None:
    assert rendered(tmp_path) == GOLDEN.read_text(encoding="utf-8"), "if meant: python -m tests.report.markdown.golden"


def html(text: str) -> str:
    page: str = MarkdownIt("commonmark").enable("table").render(text)
    return page


def hostile_results(evil: str) -> Results:
    build = replace(an_arm().build, version=evil, compiler=evil, optimization=evil, implementation=evil)
    installed = Distribution(name=evil, version=evil, tag=evil, compiled=True)
    arms = [
        replace(
            an_arm(label),
            label=f"{label}{evil}",
            origin=evil,
            build=replace(build, free_threaded="t" in label, lto="t" in label),
        )
        for label in ("3.13", "3.13t")
    ]
    arms = [replace(arm, distributions=(installed,)) for arm in arms]
    workload = a_workload(
        evil, file=evil, sha256=evil, summary=evil, answers_vary=evil, bound="io", latency_seconds=0.005
    )
    experiment = an_experiment(
        arms,
        [("serial", 1), ("threads", 2)],
        workloads=[workload],
        started_at=evil,
        harness_version=evil,
        skipped=(Skipped(workload=evil, mode="asyncio", workers=160, reason=evil),),
        settings=settings(command="nox\n" + evil, sites=(evil,)),
    )
    machine = replace(experiment.machine, cpu_model=evil, kernel=evil, system=evil, architecture=evil, governor=evil)
    sides = [case.case.under(arm.label) for case in experiment.cases for arm in arms]
    return built_results(
        replace(experiment, machine=machine),
        times=[a_time(each) for each in sides],
        contrasts=[
            replace(between(("a", "serial", 1), ("b", "serial", 1), 0.5, 0.4, 0.6), subject=sides[1], baseline=sides[0])
        ],
        choices=[a_choice(workload=evil, arm=arm.label) for arm in arms],
        findings=[Finding(severity="error", check="c", sentence=evil, sides=tuple(sides), remedy=evil)],
    )


def test_outside_text_adds_no_markup_anywhere() -> None:
    def tags(evil: str) -> list[str]:
        results = hostile_results(evil)
        page = html(report(results, set(picture_names(results.experiment).values())))
        return [re.sub(r' (alt|src)=".*?"', "", tag) for tag in re.findall(r"<[a-z/][^>]*>", page)]

    assert "<img />" in tags(EVIL)
    assert tags(EVIL) == tags("x")


def test_outside_text_is_shown_where_it_belongs() -> None:
    shown = EVIL.replace("\n", " ").replace("<", "&lt;").replace(">", "&gt;")

    page = html(report(hostile_results(EVIL), set()))

    assert f"<h1>{shown} on 3.13{shown} and 3.13t{shown}, {shown}</h1>" in page
    assert page.count("e.invalid") > 50
    # The command keeps its line ends, in its code block; everywhere else the text stands as it is, in one line.
    assert page.replace(shown, "").count("e.invalid") == 1


def test_every_row_of_a_table_has_as_many_cells_as_its_header(tmp_path: Path) -> None:
    for text in (rendered(tmp_path), report(hostile_results(EVIL), set())):
        widths = [
            {len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}
            for table in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)
        ]

        assert len(widths) >= 4
        assert all(len(each) == 1 for each in widths)


def test_tables_become_tables_also_within_details(tmp_path: Path) -> None:
    page = html(rendered(tmp_path))

    assert page.count("<table>") == 18
    assert page.count("<details>") == page.count("</details>") == 5
    assert "| ---" not in page


def test_of_many_workloads_the_first_screen_has_the_first_sentences_and_their_sections_all() -> None:
    names = ["a", "b", "c"]
    experiment = an_experiment(cases=[("serial", 1), ("threads", 2)], workloads=[a_workload(name) for name in names])
    threads: Spot = ("3.13t", "threads", 2)
    serial: Spot = ("3.13t", "serial", 1)
    spots: list[tuple[Spot, Spot]] = [
        (threads, ("3.13t-gil", "threads", 2)),
        (threads, serial),
        (serial, ("3.13", "serial", 1)),
        (("3.13t", "threads", 1), ("3.13", "threads", 1)),
    ]
    contrasts = [
        replace(contrast, subject=side(spot, name), baseline=side(other, name))
        for name in names
        for spot, other in spots
        for contrast in [between(spot, other, 1.9, 1.85, 1.95, verdict="faster")]
    ]

    top, *sections = report(built_results(experiment, contrasts=contrasts), set()).split("\n## ")

    assert [line for line in top.splitlines() if line.startswith(("- ", "**"))] == [
        line
        for name in names
        for line in (
            f"**{name}**",
            f"- {name} on 3.13t, threads 2: 1.90× faster than 3.13t-gil [1.85, 1.95]; 1.90× faster than serial "
            "[1.85, 1.95].",
            f"- {name} on 3.13t, serial: 1.90× faster than 3.13 [1.85, 1.95].",
        )
    ]
    about_b = next(section for section in sections if section.startswith("b\n"))
    assert "- b on 3.13t, threads 1: 1.90× faster than 3.13 [1.85, 1.95].\n" in about_b


def test_a_workload_that_was_never_usable_has_no_table_and_no_picture() -> None:
    text = report(built_results(times=()), set())

    assert "No trial of this workload was usable, so it has no table and no picture." in text
    assert "### Contrasts" not in text


def test_work_that_grew_with_its_workers_is_announced_and_its_speed_ups_are_per_second(tmp_path: Path) -> None:
    experiment = an_experiment(settings=settings(scaling="weak"))
    trials = trials_like({spot: seconds * spot[2] for spot, seconds in like_fib().items()}, 12, wobble=0)
    text = report(derive(write_run(tmp_path / "weak", experiment, trials)), set())

    assert "A case with n workers does serial's jobs n times. In the tables of times" in text
    assert "1.980× [1.980, 1.980]" in text
    assert "## Which mode took the shortest time" not in text
