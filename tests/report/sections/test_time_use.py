"""CPU time, CPUs at work, spans and context switches as a reader sees them."""

from harness.report.sections.time_use import usage_table
from tests.builders import a_trial, a_workload, an_experiment
from tests.report.built_results import built_results, texts


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
