"""Scaling as a reader sees it."""

from pathlib import Path
from typing import Any

from harness.report.pictures.scaling import scaling_picture
from harness.report.results import Results, derive
from harness.report.sections.part import Part
from harness.report.sections.scaling import scaling_part
from tests.builders import a_workload, an_experiment, like_fib, settings, trials_like, write_run
from tests.report.built_results import present, texts


def derived(tmp_path: Path, cpus: int = 2, **fields: Any) -> Results:
    experiment = an_experiment(usable_cpus=cpus, **fields)
    return derive(write_run(tmp_path / "run", experiment, trials_like(like_fib(), 12, wobble=0)))


def rows(results: Results) -> tuple[Part, dict[tuple[str, ...], tuple[str, ...]]]:
    part = present(scaling_part(results, results.experiment.workloads[0]))
    return part, {row[:2]: row[2:] for row in texts(part.table)}


def test_a_row_has_every_measure_with_its_interval_and_one_worker_has_no_serial_fraction(tmp_path: Path) -> None:
    part, found = rows(derived(tmp_path))

    assert present(part.table).header == (
        "",
        "arm",
        "speed-up",
        "efficiency",
        "serial fraction",
        "over serial with a GIL",
    )
    assert found["threads 2", "3.13t"] == (
        "1.980 [1.980, 1.980]",
        "0.990 [0.990, 0.990]",
        "0.010 [0.010, 0.010]",
        "0.990 [0.990, 0.990]",
    )
    assert found["threads 1", "3.13t"][2] == "–"
    assert (
        "over serial on 3.13, the serial case with the shortest mean time of all arms with a GIL" in part.paragraphs[0]
    )


def test_oversubscribed_cases_are_marked_and_explained(tmp_path: Path) -> None:
    part, found = rows(derived(tmp_path, cpus=1))

    assert ("threads 2, oversubscribed", "3.13t") in found
    assert ("threads 1", "3.13t") in found
    assert (
        "Oversubscribed cases have more workers than the 1 usable CPU; their processors are the CPUs."
        in part.paragraphs[0]
    )


def test_weak_scaling_says_so_in_its_title_its_sentence_and_its_picture(tmp_path: Path) -> None:
    results = derived(tmp_path, settings=settings(scaling="weak"))
    part, found = rows(results)

    assert part.title == "Weak scaling"
    assert found["threads 2", "3.13t"][0] == "3.960 [3.960, 3.960]"
    assert part.paragraphs[0].startswith("The work grows with the workers. Speed-up is workers × time(serial) / time")
    assert "weak scaling, speed-up" in present(scaling_picture(results, results.experiment.workloads[0]))["title"]


def test_the_picture_has_a_line_per_arm_and_mode_and_the_ideal_ends_at_the_cpus(tmp_path: Path) -> None:
    results = derived(tmp_path, cpus=1)

    ideal, _, lines, _ = present(scaling_picture(results, results.experiment.workloads[0]))["layer"]

    assert ideal["data"]["values"] == [{"workers": 1, "speed_up": 1}, {"workers": 2, "speed_up": 1}]
    assert lines["encoding"]["color"]["scale"]["domain"] == ["3.12", "3.13", "3.13t-gil", "3.13t"]
    assert lines["encoding"]["strokeDash"]["scale"]["domain"] == ["threads", "processes"]


def test_the_axis_ends_near_the_highest_interval_and_the_ideal(tmp_path: Path) -> None:
    results = derived(tmp_path)
    spec = scaling_picture(results, results.experiment.workloads[0])

    assert spec is not None
    low, high = spec["layer"][2]["encoding"]["y"]["scale"]["domain"]

    assert low < 1
    assert 2 <= high < 2.5, "two CPUs, and no number of blocks"


def test_one_worker_count_makes_no_line(tmp_path: Path) -> None:
    results = derived(tmp_path, cases=[("serial", 1), ("threads", 2)])

    assert scaling_picture(results, results.experiment.workloads[0]) is None


def test_waiting_work_has_the_picture_without_efficiencies(tmp_path: Path) -> None:
    results = derived(tmp_path, workloads=[a_workload(bound="io")])

    part = present(scaling_part(results, results.experiment.workloads[0]))

    assert part.table is None
    assert part.paragraphs[0].startswith("Speed-up over serial under the same arm; the dotted line is the ideal")
