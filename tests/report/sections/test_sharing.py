"""What sharing an object costs, and what a race lost."""

from harness.records import Mode, Trial
from harness.report.sections.sharing import counted_table, settings_table
from tests.builders import a_contrast, a_trial, a_workload, an_experiment
from tests.report.built_results import built_results, texts

TWO: tuple[tuple[str, int], ...] = (("serial", 1), ("threads", 2))
LOST = a_workload("lost", answers_vary="a race.", answers_count="lost updates")


def test_lost_updates_are_told_for_each_arm_and_none_seen_where_none_were() -> None:
    def trial(arm: str, mode: Mode, workers: int, counted: int | None, block: int = 1) -> Trial:
        return a_trial(arm, mode, workers, block, workload="lost", loops=4, counted=counted)

    usable = [
        trial("3.13", "serial", 1, 0),
        trial("3.13", "threads", 2, 0),
        trial("3.13t", "threads", 2, 40),
        trial("3.13t", "threads", 2, 1000, block=2),
    ]
    table = counted_table(built_results(an_experiment(("3.13", "3.13t"), TWO, [LOST]), usable=usable), LOST)

    assert texts(table) == (
        ("serial", "none in 4 loops", "–"),
        ("threads 2", "none in 4 loops", "1040 in 8 loops<br>10 to 250 per loop"),
    )


def test_answers_that_count_nothing_have_no_table() -> None:
    results = built_results(an_experiment(("3.13",), TWO), usable=[a_trial()])

    assert not counted_table(results, a_workload())


def test_the_settings_of_an_object_stand_below_each_other_with_their_speed_ups() -> None:
    named = [a_workload("table@private"), a_workload("table@written"), a_workload("grain@40", series="jobs", point=40)]
    experiment = an_experiment(("3.13t",), TWO, named)
    pair = next(each for each in experiment.pairs if each.subject.workload == "table@private")
    faster = a_contrast(primary=False, subject=pair.subject, baseline=pair.baseline)
    table = settings_table(built_results(experiment, contrasts=[faster]))

    assert table.header == ("object", "setting", "case", "3.13t")
    assert texts(table) == (
        ("table", "private", "threads 2", "1.90 [1.85, 1.95]"),
        ("table", "written", "threads 2", "–"),
    )
