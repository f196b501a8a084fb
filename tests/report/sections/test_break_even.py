"""Break-even as a reader sees it: sentences with intervals, and a section for each series."""

import math
from dataclasses import replace
from pathlib import Path

from msgspec.structs import replace as struct_replace

from harness.records import Trial
from harness.report.markdown.render import report
from harness.report.pictures.break_even import series_picture
from harness.report.results import Results, derive
from harness.report.sections.break_even import break_even_part, series_part
from tests.builders import Spot, a_workload, an_experiment, like_fib, trials_like, write_run
from tests.report.built_results import present, texts

ARMS = ("3.13", "3.13t")
CASES: tuple[tuple[str, int], ...] = (("serial", 1), ("threads", 2), ("processes", 2))


def test_a_sentence_says_where_no_interval_is_above_1(tmp_path: Path) -> None:
    results = derive(write_run(tmp_path / "run", an_experiment(), trials_like(like_fib(), 12, wobble=0)))

    part = present(break_even_part(results, results.experiment.workloads[0]))

    assert part.paragraphs == (
        "Threads on 3.13t: against serial on 3.13, the interval of the ratio is not above 1 up to 2 workers, the most "
        "measured, (0.990 [0.990, 0.990]); against as many processes on 3.13, the interval of the ratio is not above 1 "
        "up to 2 workers, the most measured, (0.525 [0.525, 0.525]).",
        "Pool processes are sent 1 job at a time (`executor.map(..., chunksize=1)`); the workload `grain_chunks` has "
        "other chunk sizes.",
    )


def test_the_count_is_named_with_the_interval_it_has_there(tmp_path: Path) -> None:
    speeds = {**like_fib(), ("3.13t", "threads", 2): 0.05}
    results = derive(write_run(tmp_path / "run", an_experiment(), trials_like(speeds, 12, wobble=0)))

    sentence, _ = present(break_even_part(results, results.experiment.workloads[0])).paragraphs

    assert sentence.startswith(
        "Threads on 3.13t: against serial on 3.13, the interval of the ratio is above 1 from 2 workers on "
        "(2.000 [2.000, 2.000]); against "
    )


def a_series(tmp_path: Path) -> Results:
    names = {f"grain@{point}": point for point in (4, 40, 4000)}
    workloads = [a_workload(n, file="workloads/grain.py", series="jobs", point=p) for n, p in names.items()]
    trials: list[Trial] = []
    for name, point in names.items():
        times: dict[Spot, float] = {(arm, mode, workers): 0.1 for arm in ARMS for mode, workers in CASES}
        times["3.13t", "processes", 2] = 0.1 * math.sqrt(point / 400)
        times["3.13", "processes", 2] = 0.3
        trials += trials_like(times, 12, 0.0, workload=name)
    return derive(write_run(tmp_path / "run", an_experiment(ARMS, CASES, workloads), trials))


def test_a_series_names_its_crossing_or_that_there_is_none(tmp_path: Path) -> None:
    part = present(series_part(a_series(tmp_path), "workloads/grain.py", "grain-break-even.svg"))

    assert part.title == "grain: threads and processes over jobs"
    lines = part.bullets
    assert lines[0] == "threads on 3.13 against processes on 3.13: above 1 in the whole range."
    assert lines[1] == "threads on 3.13t against processes on 3.13t: above 1 from 400 jobs on [400, 400]."
    assert lines[3].endswith(": below 1 in the whole range, but 3 of 3 points have 1 in the interval.")
    assert [row[0] for row in texts(part.table)] == ["4", "40", "4,000"]
    assert texts(part.table)[0][2] == "0.100 [0.100, 0.100]"


def test_a_series_of_chunk_sizes_names_them(tmp_path: Path) -> None:
    results = a_series(tmp_path)
    sizes = {workload.name: workload.point or 0 for workload in results.experiment.workloads}
    workloads = tuple(struct_replace(w, chunk_size=sizes[w.name]) for w in results.experiment.workloads)
    chunked = replace(results, experiment=struct_replace(results.experiment, workloads=workloads))

    assert (
        present(series_part(results, "workloads/grain.py", None))
        .paragraphs[1]
        .startswith("Pool processes are sent 1 job at a time (`executor.map(..., chunksize=1)`)")
    )
    assert present(series_part(chunked, "workloads/grain.py", None)).paragraphs[1] == (
        "Pool processes are sent 4, 40 and 4,000 jobs at a time, at each point as many as its `CHUNK_SIZE` says."
    )


def test_a_series_has_one_section_of_its_own_with_its_picture(tmp_path: Path) -> None:
    results = a_series(tmp_path)

    text = report(results, {"grain-break-even.svg"})

    assert text.count("\n## grain: threads and processes over jobs\n") == 1
    assert text.count("(grain-break-even.svg)") == 1


def test_the_picture_has_a_band_for_each_curve_on_log_axes(tmp_path: Path) -> None:
    drawn = present(series_picture(a_series(tmp_path), "workloads/grain.py"))

    _, band, lines = drawn["layer"]
    assert band["encoding"]["x"]["scale"]["domain"] == [4, 4000]
    assert lines["encoding"]["y"]["scale"]["type"] == "log"
    assert len(lines["encoding"]["color"]["scale"]["domain"]) == 4
