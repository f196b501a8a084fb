"""docs/results.md shows the reference run, and only between its two marks."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from harness import ROOT
from harness.__main__ import main
from harness.errors import UsageError
from harness.report.programs.showcase import BEGIN, END, SHOWCASE, about, between_marks, reference, write_showcase
from harness.report.sentences.footnotes import builds_line
from tests.builders import a_choice, an_arm, an_experiment, like_fib, settings, trials_like, write_run
from tests.report.built_results import between, built_results

MARKED = f"# Title\n\n{BEGIN}\nold\n{END}\n\nrest\n"


def page_in(root: Path) -> Path:
    page = root / SHOWCASE
    page.parent.mkdir(exist_ok=True)
    return page


def test_the_page_of_results_shows_the_reference_run() -> None:
    text = (ROOT / SHOWCASE).read_text(encoding="utf-8")

    assert between_marks(text, reference(ROOT)) == text, "make it again: nox -s report -- --readme"


def test_only_what_stands_between_the_marks_changes() -> None:
    assert between_marks(MARKED, "new\n") == f"# Title\n\n{BEGIN}\n\nnew\n\n{END}\n\nrest\n"
    assert between_marks(between_marks(MARKED, "new\n"), "new\n") == between_marks(MARKED, "new\n")


@pytest.mark.parametrize("text", ["", f"{BEGIN}\n", f"{END}\n", f"{END}\n{BEGIN}\n", f"{BEGIN}\n{BEGIN}\n{END}\n"])
def test_a_page_without_the_two_marks_is_refused_with_both(text: str) -> None:
    with pytest.raises(UsageError, match="Put these two lines into it, once: "):
        between_marks(text, "new\n")


def test_it_has_what_was_measured_the_shortest_times_and_each_time() -> None:
    contrasts = [between(("3.13", "threads", 2), ("3.13", "serial", 1), 1.9, 1.85, 1.95, verdict="faster")]
    experiment = an_experiment(("3.13",), [("serial", 1), ("threads", 2)])
    choice = a_choice(("threads", 2), ("serial", 1), 1.9, 1.85, 1.95)

    assert about(
        built_results(experiment, contrasts=contrasts, choices=[choice]), "results/reference", {"fib.svg"}
    ) == (
        "Measured: fib on 3.13, 2025-11-22 12:14 UTC. 3.13 is CPython 3.13.5.\n\n"
        "A ratio is time(baseline) / time(subject); brackets are 95 % intervals. The [whole report](results/reference/"
        "report.md) has all other numbers and explains how they were measured.\n\n"
        "Which mode took the shortest time:\n\n"
        "|  | 3.13 |\n| --- | --- |\n"
        "| CPU-bound | threads 2, then serial (1.90 [1.85, 1.95]) |\n\n"
        "Each cell has the case with the arm's shortest mean time, then the shortest one of another mode, and "
        "time(second) / time(first): whole span, paired within blocks. The same data choose the cases and measure the "
        "ratio, so it is slightly too large. These contrasts were not declared: no verdict.\n\n"
        "No check found a problem.\n\n"
        "**fib**\n\n"
        "- fib on 3.13, threads 2: 1.90× faster than serial [1.85, 1.95].\n\n"
        "![fib: times and speed-ups by mode, workers and arm](results/reference/fib.svg)\n\n"
        "fib: time in ms, start and stop included; below it, with ×, the speed-up over serial:\n\n"
        "|  | 3.13 |\n| --- | --- |\n"
        "| serial | 200 [198, 202] |\n"
        "| threads 2 | 200 [198, 202]<br>1.90× [1.85, 1.95] |\n\n"
        f"{builds_line()}\n"
    )


def test_a_picture_that_is_not_there_is_not_shown() -> None:
    assert "![" not in about(built_results(), "results/reference", set())


def test_the_page_has_doubts_and_marks_provisional_numbers(tmp_path: Path) -> None:
    run = tmp_path / "results" / "reference"
    arms = [an_arm("3.13", build=replace(an_arm("3.13").build, lto=True)), an_arm("3.13t")]
    write_run(run, an_experiment(arms, settings=settings(profile="quick")), trials_like(like_fib(("3.13", "3.13t")), 5))

    said = reference(tmp_path)

    assert "\n\n**All numbers are provisional: this quick run has 5 blocks," in said
    assert "\n\nWhat not to believe:\n\n- 3.13t differs from 3.13 in more than the GIL: LTO (no / yes). " in said


def test_the_command_makes_the_reference_run_s_report_and_writes_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_run(tmp_path / "results" / "reference", an_experiment(), trials_like(like_fib(), 10))
    page_in(tmp_path).write_text(MARKED, encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    assert main(["report", "--readme"]) == 0

    text = page_in(tmp_path).read_text(encoding="utf-8")
    assert "![fib: times and speed-ups by mode, workers and arm](../results/reference/fib.svg)" in text
    assert (tmp_path / "results/reference/fib.svg").is_file()
    assert between_marks(text, reference(tmp_path)) == text


def test_a_missing_reference_run_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page_in(tmp_path).write_text(MARKED, encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    assert main(["report", "--readme"]) == 2

    assert capsys.readouterr().err == (
        "There is no reference run: results/reference is missing. Make one with `nox -s bench` and rename its folder.\n"
    )
    assert page_in(tmp_path).read_text(encoding="utf-8") == MARKED


def test_a_missing_page_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"results\.md cannot be read \(No such file or directory\)"):
        write_showcase(tmp_path)


def test_a_run_together_with_readme_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["report", "--readme", "results/other"])
    assert "leave out results/other, or --readme" in capsys.readouterr().err
