"""Tax, gain and net as a reader sees them."""

from pathlib import Path

from harness.report.pictures.decomposition import decomposition_picture
from harness.report.results import Results, derive
from harness.report.sections.decomposition import decomposition_part
from tests.builders import ARMS, an_experiment, like_fib, trials_like, write_run
from tests.report.built_results import present, texts


def derived(tmp_path: Path, arms: tuple[str, ...] = ARMS) -> Results:
    experiment = an_experiment(arms)
    return derive(write_run(tmp_path / "run", experiment, trials_like(like_fib(arms), 12, wobble=0)))


def test_a_row_has_the_three_factors_and_the_blocks_they_are_from(tmp_path: Path) -> None:
    results = derived(tmp_path)

    part = present(decomposition_part(results, results.experiment.workloads[0]))

    assert present(part.table).header == (
        "",
        "build with its GIL on",
        "interaction",
        "gain without the GIL",
        "net",
        "blocks",
    )
    assert texts(part.table)[2] == (
        "threads 2",
        "0.488 [0.488, 0.488]",
        "1.000 [1.000, 1.000]",
        "2.050 [2.050, 2.050]",
        "1.000 [1.000, 1.000]",
        "12",
    )
    assert texts(part.table)[0][:3] == ("serial", "0.488 [0.488, 0.488]", "–")
    (paragraph,) = part.paragraphs
    assert paragraph.startswith(
        "The build with its GIL on compares 3.13t-gil with 3.13, the gain 3.13t with 3.13t-gil, and net 3.13t with 3.13, "
        "whole span. All three factors come from the blocks that have all three arms, so the first two make net"
    )


def test_bars_start_at_one_on_a_log_scale_that_holds_all_intervals(tmp_path: Path) -> None:
    results = derived(tmp_path)

    drawn = present(decomposition_picture(results, results.experiment.workloads[0]))

    (panel,) = drawn["hconcat"]
    encoding = panel["layer"][0]["encoding"]
    assert panel["title"] == "fib: 3.13t against 3.13"
    assert encoding["x2"] == {"datum": 1}
    assert encoding["x"]["scale"]["type"] == "log"
    low, high = encoding["x"]["scale"]["domain"]
    assert all(low < row["ratio_low"] and row["ratio_high"] < high for row in panel["data"]["values"])
    assert encoding["x"]["axis"]["values"] == [0.5, 0.7, 1, 1.5, 2]


def test_without_the_same_build_with_its_gil_on_there_is_neither_table_nor_picture(tmp_path: Path) -> None:
    results = derived(tmp_path, ("3.13", "3.13t"))
    workload = results.experiment.workloads[0]

    assert decomposition_part(results, workload) is None
    assert decomposition_picture(results, workload) is None
