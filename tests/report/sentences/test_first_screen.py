"""The first screen of a run with many points: one entry for a series, and each point's section folded."""

from collections.abc import Sequence
from pathlib import Path

from harness.records import Skipped, Workload
from harness.report.markdown.render import report
from harness.report.results import derive
from tests.builders import a_workload, an_experiment, like_fib, trials_like, write_run

ARMS = ("3.13", "3.13t")
CASES: list[tuple[str, int]] = [("serial", 1), ("threads", 2), ("processes", 2)]


def rendered(tmp_path: Path, workloads: Sequence[Workload]) -> str:
    times = {spot: seconds for spot, seconds in like_fib().items() if spot[0] in ARMS and spot[1:] in CASES}
    trials = [trial for each in workloads for trial in trials_like(times, 12, 0.0, workload=each.name)]
    run = write_run(tmp_path / "run", an_experiment(ARMS, CASES, workloads), trials)
    return report(derive(run), set())


def test_a_series_is_one_entry_of_the_first_screen_and_its_points_are_folded(tmp_path: Path) -> None:
    points = [a_workload(f"grain@{count}", series="jobs", point=count) for count in (4, 40)]
    text = rendered(tmp_path, [a_workload(), *points])
    first_screen = text.partition("## What not to believe")[0]

    assert first_screen.count("\n**grain**\n\n- threads on 3.13 against processes on 3.13: ") == 1
    assert "grain@4" not in first_screen
    assert text.count("<details><summary>grain@4</summary>") == 1
    assert text.index("\n## grain: threads and processes over jobs\n") < text.index("\n## fib\n")
    assert text.index("\n## fib\n") < text.index("<summary>grain@4</summary>")


def test_the_settings_of_an_object_are_compared_in_one_sentence(tmp_path: Path) -> None:
    text = rendered(tmp_path, [a_workload(f"table@{setting}") for setting in ("private", "written")])

    assert (
        "- table with 2 threads, speed-up over serial under the same arm: on 3.13t private 1.980 [1.980, 1.980], "
        "written 1.980 [1.980, 1.980]; on 3.13 private 0.990 [0.990, 0.990], written 0.990 [0.990, 0.990].\n"
    ) in text.partition("## What not to believe")[0]


def test_what_was_not_measured_is_said_once_for_all_points(tmp_path: Path) -> None:
    points = [a_workload(f"grain@{count}", series="jobs", point=count) for count in (4, 40)]
    reason = "it has no run_async"
    skipped = tuple(Skipped(workload=each.name, mode="asyncio", reason=reason) for each in points)
    experiment = an_experiment(ARMS, CASES, points, skipped=skipped)
    run = write_run(tmp_path / "run", experiment, trials_like({("3.13", "serial", 1): 0.1}, 2, workload="grain@4"))

    assert report(derive(run), set()).count("- grain, asyncio: it has no run_async") == 1
