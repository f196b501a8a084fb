"""CPU time, CPUs at work, spans and context switches as a reader sees them."""

from harness.report.sections.time_use import usage_part, usage_table
from harness.report.text.escape import Markdown
from tests.builders import a_trial, a_workload, an_experiment
from tests.report.built_results import built_results, texts


def test_a_run_shows_no_column_that_it_has_no_number_for() -> None:
    experiment = an_experiment(("3.13",), [("serial", 1)])
    _, without = usage_table(built_results(experiment, usable=[a_trial()]), a_workload())
    recorded = a_trial(system_cpu_seconds=0.02, run_delay_seconds=0.003, minor_faults=12)
    results = built_results(experiment, usable=[recorded])
    _, table = usage_table(results, a_workload())

    assert set(table.header) - set(without.header) == {"of it system", "waiting for a CPU", "page faults"}
    (row,) = texts(table)
    assert row[[*table.header].index(Markdown("waiting for a CPU"))] == "3.00 (1 block, no interval)"
    assert "ready to run" in usage_part(results, a_workload()).paragraphs[0]


def test_each_case_and_arm_has_a_row_with_intervals_or_why_not() -> None:
    trials = [a_trial("3.13", block=block, voluntary_switches=4, involuntary_switches=block) for block in (1, 2)]
    trials += [a_trial("3.13t", cpu_seconds=None)]

    _, table = usage_table(
        built_results(an_experiment(("3.13", "3.13t"), [("serial", 1)]), usable=trials), a_workload()
    )

    assert table.header[:5] == ("", "arm", "CPU time", "CPUs at work", "start")
    assert texts(table) == (
        (
            "serial",
            "3.13",
            "200.0 [200.0, 200.0]",
            "1.000 [1.000, 1.000]",
            "20.00 [20.00, 20.00]",
            "170.0 [170.0, 170.0]",
            "10.00 [10.00, 10.00]",
            "4.000 [4.000, 4.000]",
            "1.50 [0.00, 7.85]",
        ),
        (
            "serial",
            "3.13t",
            "–",
            "–",
            "20.0 (1 block, no interval)",
            "170 (1 block, no interval)",
            "10.0 (1 block, no interval)",
            "–",
            "–",
        ),
    )
