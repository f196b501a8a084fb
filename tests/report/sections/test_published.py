"""Ours stand beside theirs only where both are the same ratio."""

from pathlib import Path

import pytest

from harness.records import Experiment
from harness.report.published_ratios import literature, quotes
from harness.report.results import derive
from harness.report.sections.published import published_part
from tests.builders import a_workload, an_experiment, like_fib, settings, trials_like, write_run
from tests.report.built_results import present, texts

CASES: list[tuple[str, int]] = [("serial", 1), ("threads", 1), ("threads", 2), ("processes", 2), ("threads", 5)]


def theirs(experiment: Experiment) -> dict[tuple[str, str, str], str]:
    return {(str(q.pair.subject), str(q.pair.baseline), q.machine): q.theirs for q in quotes(experiment)}


def test_published_seconds_become_ratios_between_arms_at_the_same_case() -> None:
    found = theirs(an_experiment(cases=CASES))

    where = "fib/threads/2 on 3.13t", "fib/threads/2 on 3.13"
    assert found[*where, "i5-4570S"] == "1.15"  # 3.34 / 2.90
    assert found[*where, "i7-6600U (two cores)"] == "1.12"  # 3.14 / 2.81
    assert found["fib/threads/2 on 3.13t", "fib/threads/2 on 3.13t-gil", "i5-1035G7"] == "1.89"  # 4.25 / 2.25


def test_worker_counts_are_compared_only_where_the_work_grew_with_them_in_both_or_neither() -> None:
    article = "fib/threads/2 on 3.13t", "fib/threads/1 on 3.13t", "i5-4570S"
    tutorial = "fib/processes/2 on 3.13", "fib/serial on 3.13", "four cores"
    strong, weak = (
        theirs(an_experiment(cases=CASES)),
        theirs(an_experiment(cases=CASES, settings=settings(scaling="weak"))),
    )

    assert (article in strong, tutorial in strong) == (False, True)
    assert (article in weak, tutorial in weak) == (True, False)
    assert weak[article] == "0.98"  # 2.84 / 2.90
    assert strong[tutorial] == "3.53"  # 35.36 / 10.02


def test_a_source_about_gil_builds_is_not_set_beside_a_free_threaded_one() -> None:
    found = theirs(an_experiment(cases=CASES))

    beside = {subject for subject, _, machine in found if machine == "four cores"}
    assert beside == {f"fib/{case} on {arm}" for case in ("threads/5", "processes/2") for arm in ("3.12", "3.13")}


@pytest.mark.parametrize(("arms", "theirs"), [(("3.13", "3.13t"), ["0.71"]), (("3.14", "3.14t"), ["0.93 to 0.99"])])
def test_a_stated_cost_stands_beside_serial_computing(arms: tuple[str, str], theirs: list[str]) -> None:
    experiment = an_experiment(arms, [("serial", 1)], [a_workload(), a_workload("download", bound="io")])

    assert [each.theirs for each in quotes(experiment)] == theirs


def test_a_cost_in_memory_is_kept_but_is_no_ratio_of_times() -> None:
    assert [(each.source, each.more) for each in literature().stated if each.quantity == "memory"] == [
        ("PEP 779", (0.15, 0.2))
    ]


def test_a_row_has_ours_with_its_interval_and_all_machines_of_a_source(tmp_path: Path) -> None:
    results = derive(write_run(tmp_path / "run", an_experiment(), trials_like(like_fib(), 12, wobble=0)))

    part = present(published_part(results))

    (row,) = [row for row in texts(part.table) if row[0] == "fib: threads 2 on 3.13t / threads 2 on 3.13"]
    assert row[1:] == (
        "Real Python's article on free threading in 3.13: n threads each running fib(35)",
        "1.15 (i5-4570S)<br>1.36 (i5-1035G7)<br>1.12 (i7-6600U (two cores))",
        "1.000 [1.000, 1.000]",
    )
    assert "This run has size default, so its jobs are smaller than in the sources" in part.paragraphs[0]


def test_without_the_same_work_there_is_no_such_section(tmp_path: Path) -> None:
    experiment = an_experiment(("3.12",), [("serial", 1)], [a_workload("tree")])

    assert published_part(derive(write_run(tmp_path / "run", experiment))) is None
