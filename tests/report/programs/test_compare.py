"""Runs side by side: what differs first, ratios within each, seconds only where they mean something."""

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from harness import ROOT
from harness.__main__ import main
from harness.records import Distribution
from harness.report.html.frame import page
from harness.report.programs import compare
from harness.report.results import derive
from tests.builders import a_workload, an_experiment, like_fib, settings, trials_like, write_run
from tests.disturbed import watched


def made(tmp_path: Path, name: str, factor: float = 1.0, canary: float = 0.001, **fields: Any) -> Path:
    times = {spot: seconds * factor for spot, seconds in like_fib().items()}
    trials = [watched(t, *[canary] * (len(t.values) + 1)) for t in trials_like(times, 12)]
    return write_run(tmp_path / name, an_experiment(**fields), trials)


def text_of(*runs: Path) -> str:
    return compare.compared({run.name: derive(run) for run in runs})


def test_the_same_run_twice_differs_in_nothing_and_has_ratios_of_one(tmp_path: Path) -> None:
    text = text_of(made(tmp_path, "one"), made(tmp_path, "two"))

    assert "## Differences of two\n\nNone.\n" in text
    row = next(line for line in text.splitlines() if line.startswith("| fib/serial on 3.13t / fib/serial on 3.13 |"))
    assert row.split(" | ")[-1].startswith("1.00")
    assert (
        "two was measured on the same machine. Intervals allow for the 0.0 % by which the machine itself changed"
        in text
    )


def test_a_machine_that_is_slower_throughout_changes_no_ratio(tmp_path: Path) -> None:
    text = text_of(made(tmp_path, "one"), made(tmp_path, "two", factor=1.5, canary=0.0015))

    row = next(line for line in text.splitlines() if line.startswith("| fib/serial on 3.13t / fib/serial on 3.13 |"))
    assert row.split(" | ")[-1].startswith("1.00")
    assert (
        "two was measured while the speed of the machine itself, by its canaries, differed by 50 %, so its seconds are "
        "not compared."
    ) in text
    assert "ratio to" not in text


def test_seconds_of_another_machine_are_never_compared(tmp_path: Path) -> None:
    text = text_of(made(tmp_path, "one"), made(tmp_path, "two", usable_cpus=64))

    assert "- Machine, usable cpus: 2, now 64." in text
    assert "two was measured on another machine, so its seconds are not compared." in text


def test_seconds_of_the_same_machine_say_how_many_times_as_fast(tmp_path: Path) -> None:
    text = text_of(made(tmp_path, "one"), made(tmp_path, "two", factor=0.5))

    row = next(line for line in text.splitlines() if line.startswith("| fib/serial on 3.13 | 1"))
    assert row.split(" | ")[-1].startswith("2.0")


def test_what_was_asked_installed_and_measured_is_listed_first(tmp_path: Path) -> None:
    before = an_experiment()
    arm = before.arms[0]
    arms = (replace(arm, build=replace(arm.build, version="3.12.99")), *before.arms[1:])
    after: dict[str, Any] = {
        "arms": arms,
        "workloads": [a_workload(sha256="f" * 64)],
        "settings": settings(size="quick"),
    }
    text = text_of(made(tmp_path, "one"), made(tmp_path, "two", **after))
    listed = text.partition("## Ratios")[0]

    assert "- Setting size: default, now quick." in listed
    assert f"- {arm.label}, version: {arm.build.version}, now 3.12.99." in listed
    assert (
        "- The file of workload fib has changed (sha256 0123456789ab, now ffffffffffff), so its seconds are not compared."
        in listed
    )


def test_what_is_installed_on_one_side_alone_is_told_in_a_sentence(tmp_path: Path) -> None:
    before = an_experiment()
    extra = (
        *(Distribution(name=name, version="1.0", tag="py3-none-any", compiled=False) for name in ("attrs", "idna")),
    )
    arms = (replace(before.arms[0], distributions=(*before.arms[0].distributions, *extra)), *before.arms[1:])
    text = text_of(made(tmp_path, "one", arms=arms), made(tmp_path, "two"))

    assert f"- {before.arms[0].label}, no longer installed: attrs, idna." in text


def test_seconds_of_a_file_that_has_changed_are_not_compared_but_its_ratios_are(tmp_path: Path) -> None:
    text = text_of(made(tmp_path, "one"), made(tmp_path, "two", workloads=[a_workload(sha256="f" * 64)]))

    assert "| fib/serial on 3.13t / fib/serial on 3.13 |" in text
    assert "| fib/serial on 3.13 | " not in text


def test_runs_whose_folders_have_one_name_are_told_apart_by_their_paths(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folders = [made(tmp_path / place, "run") for place in ("here", "there")]

    assert main(["compare", *map(str, folders), "--output", str(tmp_path / "both.md")]) == 0
    assert "here/run |" in (tmp_path / "both.md").read_text(encoding="utf-8")


def test_two_versions_of_the_worker_are_named_as_two_instruments_and_their_seconds_are_not_compared(
    tmp_path: Path,
) -> None:
    text = text_of(
        made(tmp_path, "one"), made(tmp_path, "two", harness_version="0.2.0", worker_sha256="abcdef012345" + 52 * "0")
    )

    assert (
        "- The worker of the harness: version 0.1.0, no sha256 recorded, now version 0.2.0, sha256 abcdef012345: these "
        "are two measuring instruments."
    ) in text
    assert "two was measured with another version of the harness's worker, so its seconds are not compared." in text
    assert "| fib/serial on 3.13t / fib/serial on 3.13 |" in text
    assert "| fib/serial on 3.13 | " not in text


def test_another_version_of_the_harness_with_the_same_worker_is_the_same_instrument(tmp_path: Path) -> None:
    text = text_of(
        made(tmp_path, "one", worker_sha256=64 * "a"),
        made(tmp_path, "two", worker_sha256=64 * "a", harness_version="0.2.0"),
    )

    assert "## Differences of two\n\nNone.\n" in text
    assert "| fib/serial on 3.13 | " in text


def test_weak_and_strong_scaling_are_not_set_side_by_side(tmp_path: Path) -> None:
    text = text_of(made(tmp_path, "one"), made(tmp_path, "two", settings=settings(scaling="weak")))

    assert "Another size or scaling is different work, so nothing else is compared." in text
    assert "## Ratios" not in text


def test_it_is_shown_on_a_terminal_and_written_as_markdown_and_as_a_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    runs = [str(made(tmp_path, name)) for name in ("one", "two")]

    assert main(["compare", *runs]) == 0
    assert "Ratios within each run" in capsys.readouterr().out
    for name in ("both.md", "both.html"):
        assert main(["compare", *runs, "--output", str(tmp_path / name)]) == 0
    html = (tmp_path / "both.html").read_text(encoding="utf-8")
    assert html.startswith("<!doctype html>")
    assert html.count("<table>") == 2
    assert "://" not in html
    assert html.count('<th scope="col">') == html.count("<th ")


def test_names_from_outside_stay_text_in_the_page(tmp_path: Path) -> None:
    one = made(tmp_path, "one")
    text = compare.compared({"one": derive(one), "<script>alert(1)</script>": derive(one)})

    assert "<script>" not in page(text)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["one"], "There is only one run"),
        (["one", "one"], "The same run is named twice"),
        (["one", "two", "--output", "x.pdf"], "x.pdf is neither"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_sentence(
    capsys: pytest.CaptureFixture[str], words: list[str], sentence: str
) -> None:
    assert main(["compare", *words]) == 2
    assert sentence in capsys.readouterr().err


def test_the_committed_run_compares_with_itself() -> None:
    results = derive(ROOT / "results" / "reference")

    assert "\nNone.\n" in compare.compared({"one": results, "two": results})
