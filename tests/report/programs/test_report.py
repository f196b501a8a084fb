"""`python -m harness report`: the newest run by its start, everything derived again, and plain words for the rest."""

from pathlib import Path

import pytest

from harness.__main__ import main
from harness.report.render import RENDERERS, render
from harness.report.results import Results
from tests.builders import a_trial, a_workload, an_experiment, like_fib, settings, trials_like, write_run

DERIVED = ["3.12.json", "3.13.json", "3.13t-gil.json", "3.13t.json", "contrasts.json", "findings.json"]
DERIVED += ["report.html", "report.md", "fib-decomposition.svg", "fib-scaling.svg", "fib.svg"]
RECORDED = ["experiment.json", "trials.jsonl"]


def names(run: Path) -> list[str]:
    return sorted(path.name for path in run.iterdir())


def test_everything_derived_is_written_and_the_conclusions_are_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = write_run(tmp_path / "run", an_experiment(), trials_like(like_fib(), 10))

    assert main(["report", str(run)]) == 0

    printed = capsys.readouterr().out.splitlines()
    assert names(run) == sorted(DERIVED + RECORDED)
    assert printed[0] == "fib on 3.12, 3.13, 3.13t-gil and 3.13t, 2025-11-22 12:14 UTC"
    assert printed[1].startswith("  fib on 3.13t, threads 2: equivalent to 3.13 (0.99")
    builds = next(number for number, line in enumerate(printed) if line.startswith("One build of each interpreter"))
    assert printed[builds + 1] == "Which mode took the shortest time:"
    assert printed[builds + 3].startswith("  CPU-bound on 3.13: processes 2, then serial (1.89")
    assert printed[-3:] == [
        "No check found a problem.",
        f"Report: {run / 'report.md'}",
        f"Report: {run / 'report.html'}",
    ]
    assert all("\x1b" not in line for line in printed)


def test_the_sentences_of_several_workloads_stand_below_their_names(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    experiment = an_experiment(("3.13",), workloads=[a_workload("fib"), a_workload("tree")])
    run = write_run(tmp_path / "run", experiment, trials_like(like_fib(("3.13",)), 3))

    assert main(["report", str(run)]) == 0

    printed = capsys.readouterr().out.splitlines()
    assert printed[2] == "fib:"
    assert printed[printed.index("tree:") + 1] == "  No trial of tree was usable, so it has no results."


def test_making_it_again_changes_nothing(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", an_experiment(), trials_like(like_fib(), 3))
    main(["report", str(run)])
    before = {path.name: path.read_bytes() for path in run.iterdir()}

    main(["report", str(run)])

    assert {path.name: path.read_bytes() for path in run.iterdir()} == before


def test_the_default_is_the_newest_by_when_it_started_and_not_by_name(tmp_path: Path) -> None:
    early, late = "2025-11-22T12:14:00+00:00", "2025-11-23T12:14:00+00:00"
    older = write_run(tmp_path / "z-older", an_experiment(started_at=early), [a_trial()])
    newer = write_run(tmp_path / "a-newer", an_experiment(started_at=late), [a_trial()])
    (tmp_path / "no-run").mkdir()

    assert main(["report", "--results", str(tmp_path)]) == 0

    assert names(older) == RECORDED
    assert "report.md" in names(newer)


def test_a_run_without_a_usable_trial_yields_a_report_that_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    failed = a_trial(status="failed", values=(), reason="it | raised <b>")
    run = write_run(tmp_path / "run", an_experiment(), [failed])

    assert main(["report", str(run)]) == 0

    text = (run / "report.md").read_text(encoding="utf-8")
    assert names(run) == sorted(["contrasts.json", "findings.json", "report.html", "report.md", *RECORDED])
    assert (run / "contrasts.json").read_text() == "[]\n"
    assert "> **No trial was usable, so there are no results.**" in text
    assert "- No trial of fib was usable, so it has no results." in text
    assert r"it \| raised \<b\>" in text
    assert "No trial was usable, so there are no results." in capsys.readouterr().out


def test_one_block_yields_ratios_without_intervals(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", an_experiment(), trials_like(like_fib(), 1))

    assert main(["report", str(run)]) == 0

    text = (run / "report.md").read_text(encoding="utf-8")
    assert "> **All numbers are provisional: 1 block is too few for verdicts.**" in text
    assert "to 3.13t-gil (1 block, no interval), no verdict yet" in text


@pytest.mark.parametrize("arms", [("3.13",), ("3.13", "3.13t"), ("3.13t-gil", "3.13t"), ("3.12", "3.13")])
@pytest.mark.parametrize(
    "cases", [[("serial", 1)], [("threads", 2)], [("serial", 1), ("processes", 1), ("asyncio", 2)]]
)
def test_any_choice_of_arms_and_modes_yields_a_report(
    tmp_path: Path, arms: tuple[str, ...], cases: list[tuple[str, int]]
) -> None:
    run = write_run(tmp_path / "run", an_experiment(arms, cases), trials_like(like_fib(arms, cases), 3))

    assert main(["report", str(run)]) == 0
    assert "![Time of fib" in (run / "report.md").read_text(encoding="utf-8")


def test_arms_of_which_nothing_was_usable_leave_dashes(tmp_path: Path) -> None:
    only = {spot: seconds for spot, seconds in like_fib().items() if spot[0] == "3.13"}
    run = write_run(tmp_path / "run", an_experiment(), trials_like(only, 3))

    assert main(["report", str(run)]) == 0
    assert "| serial | – | 103 [" in (run / "report.md").read_text(encoding="utf-8")


def test_what_is_no_run_is_told_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(tmp_path)]) == 2

    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith(f"{tmp_path} is not a run directory: ")
    assert printed.err.count("\n") == 1


def test_no_run_at_all_names_the_command_that_makes_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "--results", str(tmp_path)]) == 2
    assert "Make one with `nox -s bench`" in capsys.readouterr().err


def test_a_file_in_the_way_is_told_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = write_run(tmp_path / "run", an_experiment(), [a_trial()])
    (run / "contrasts.json").mkdir()

    assert main(["report", str(run)]) == 2
    assert capsys.readouterr().err == (
        f"The report cannot be written ({run}/contrasts.json: Is a directory). Fix that and run "
        f"`nox -s report -- {run}` again.\n"
    )


def test_a_part_that_fails_gives_exit_code_1_and_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(_results: Results, _run: Path) -> None:
        raise ValueError

    run = write_run(tmp_path / "run", an_experiment(), trials_like(like_fib(), 2))
    monkeypatch.setattr(render, "__defaults__", ((breaks, *RENDERERS),))

    assert main(["report", str(run)]) == 1
    assert "breaks failed with ValueError" in capsys.readouterr().out
    assert names(run) == sorted(DERIVED + RECORDED)


def test_a_quick_run_says_once_and_on_top_that_all_is_provisional(tmp_path: Path) -> None:
    quick = an_experiment(settings=settings(profile="quick"))
    run = write_run(tmp_path / "run", quick, trials_like(like_fib(), 5))
    main(["report", str(run)])

    lines = (run / "report.md").read_text(encoding="utf-8").splitlines()
    said = "> **All numbers are provisional: this quick run has 5 blocks, and quick runs give no verdicts.**"
    assert lines.count(said) == 1
    assert lines.index(said) < 6


def test_damaged_lines_are_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = write_run(tmp_path / "run", an_experiment(), trials_like(like_fib(), 10))
    with (run / "trials.jsonl").open("ab") as journal:
        journal.write(b'{"arm": "3.1')

    assert main(["report", str(run)]) == 0
    assert "torn or damaged" in capsys.readouterr().out
    assert "- 1 line of the journal damaged: left out." in (run / "report.md").read_text(encoding="utf-8")


def test_the_points_of_a_series_are_left_to_the_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    points = [a_workload(f"grain@{count}", series="jobs", point=count) for count in (4, 40)]
    trials = [trial for point in points for trial in trials_like(like_fib(("3.13",)), 3, workload=point.name)]
    run = write_run(tmp_path / "run", an_experiment(("3.13",), workloads=points), trials)

    assert main(["report", str(run)]) == 0

    printed = capsys.readouterr().out
    assert "\ngrain, measured at 2 points: see the report.\n" in printed
    assert "grain@4" not in printed.partition("Which mode")[0]
