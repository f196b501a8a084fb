"""Tables: a row per case in the plan's order, a column per arm, an interval in every cell."""

from typing import Any

from msgspec.structs import replace

from harness.records import Contrast, Distribution, Journal, Mode, Surroundings, Trial
from harness.report.sections.contrasts import contrast_tables
from harness.report.sections.provenance import (
    dependencies_table,
    interpreters_table,
    machine_line,
    making_lines,
    matched_line,
)
from harness.report.sections.times import times_table
from tests.builders import Spot, a_time, a_trial, a_workload, an_arm, an_experiment, like_fib, settings, trials_like
from tests.disturbed import control_trials, with_control
from tests.report.built_results import between, built_results, side, texts

ARMS = ("3.13", "3.13t")
CASES: tuple[tuple[str, int], ...] = (("serial", 1), ("threads", 2))
FREE: Spot = ("3.13t", "threads", 2)
TWIN: Spot = ("3.13t-gil", "threads", 2)


def test_a_cell_has_the_time_and_the_speed_up_over_the_same_arm_s_serial() -> None:
    spots: list[Spot] = [(arm, mode, workers) for arm in ARMS for mode, workers in CASES]
    times = [a_time(side(spot), seconds) for spot, seconds in zip(spots, (0.1, 0.1, 0.2, 0.105), strict=True)]
    contrasts = [
        between(("3.13t", "threads", 2), ("3.13t", "serial", 1), 1.9, 1.85, 1.95, primary=False),
        between(("3.13t", "threads", 2), ("3.13", "serial", 1), 0.95, 0.9, 1.0, primary=False),
    ]

    unit, table = times_table(built_results(an_experiment(ARMS, CASES), times=times, contrasts=contrasts), a_workload())

    assert unit == "ms"
    assert table.header == ("", "3.13", "3.13t")
    assert texts(table) == (
        ("serial", "100 [99, 101]", "200 [198, 202]"),
        ("threads 2", "100 [99, 101]", "105 [104, 106]<br>1.90× [1.85, 1.95]"),
    )


def test_a_side_without_a_usable_trial_has_a_dash() -> None:
    times = [a_time(side(("3.13", "serial", 1)), 0.1)]

    _, table = times_table(built_results(an_experiment(ARMS, CASES), times=times), a_workload())

    assert texts(table) == (("serial", "100 [99, 101]", "–"), ("threads 2", "–", "–"))


def test_contrasts_show_whole_beside_work_and_a_verdict_for_primaries_only() -> None:
    contrasts = [
        between(FREE, TWIN, 1.9, 1.85, 1.95, verdict="faster", target_reached=True),
        between(FREE, TWIN, 2.0, 1.95, 2.05, span="work", primary=False),
        between(("3.13t", "serial", 1), ("3.13t-gil", "serial", 1), 1.0, 0.8, 1.2, provisional=True),
        between(FREE, ("3.13", "serial", 1), 0.95, 0.9, 1.0, primary=False),
    ]

    primary, others = contrast_tables(built_results(contrasts=contrasts), a_workload())

    assert primary.header == ("subject", "baseline", "whole", "work", "verdict", "blocks")
    assert texts(primary) == (
        ("serial on 3.13t", "serial on 3.13t-gil", "1.00 [0.80, 1.20]", "–", "no verdict yet", "10"),
        ("threads 2 on 3.13t", "threads 2 on 3.13t-gil", "1.90 [1.85, 1.95]", "2.00 [1.95, 2.05]", "faster", "10"),
    )
    assert others.header == ("subject", "baseline", "whole", "work", "blocks")
    assert texts(others) == (("threads 2 on 3.13t", "serial on 3.13", "0.95 [0.90, 1.00]", "–", "10"),)


def test_contrasts_of_the_same_two_arms_stand_together_in_the_plan_s_order() -> None:
    def row(mode: Mode, subject: str, baseline: str) -> Contrast:
        return between((subject, mode, 1), (baseline, mode, 1), 1.0, 0.9, 1.1)

    contrasts = [row("threads", "3.13t", "3.13"), row("serial", "3.13t", "3.13t-gil"), row("serial", "3.13t", "3.13")]

    primary, _ = contrast_tables(built_results(contrasts=contrasts), a_workload())

    assert [row[:2] for row in texts(primary)] == [
        ("serial on 3.13t", "serial on 3.13"),
        ("threads 1 on 3.13t", "threads 1 on 3.13"),
        ("serial on 3.13t", "serial on 3.13t-gil"),
    ]


def test_an_interpreter_is_described_with_the_gil_it_was_asked_for() -> None:
    experiment = an_experiment(arms=("3.13", "3.13t-gil", "3.13t"))

    table = interpreters_table(experiment)

    assert [row[:3] for row in texts(table)] == [
        ("3.13", "CPython 3.13.5", "on (always)"),
        ("3.13t-gil", "CPython 3.13.5", "on (`PYTHON_GIL=1`)"),
        ("3.13t", "CPython 3.13.5", "off"),
    ]
    assert texts(table)[0][3:] == ("yes", "no", "no", "no", "GCC 12.2.0", "-O3", "built from Debian's source of 3.13")


def test_dependencies_show_version_and_kind_per_arm() -> None:
    def installed(name: str, version: str, *, compiled: bool) -> Distribution:
        return Distribution(name=name, version=version, tag="x", compiled=compiled)

    arms = [
        an_arm("3.13", distributions=(installed("yarl", "1.2", compiled=True), installed("Abc", "3", compiled=False))),
        an_arm("3.13t", distributions=(installed("yarl", "1.2", compiled=False),)),
    ]

    table = dependencies_table(an_experiment(arms=arms))

    assert table.header == ("distribution", "3.13", "3.13t")
    assert texts(table) == (("Abc", "3 pure", "–"), ("yarl", "1.2 compiled", "1.2 pure"))


def test_the_machine_is_one_sentence() -> None:
    assert machine_line(an_experiment().machine) == (
        "Some CPU @ 2.50GHz, 2 usable CPUs, 8.0 GiB of memory, Linux 6.1.0 (x86_64), governor unknown."
    )


def test_matching_is_claimed_only_where_two_builds_were_compared() -> None:
    assert matched_line(an_experiment()) == "Apart from version and GIL, the builds that are compared match."
    assert matched_line(an_experiment(arms=("3.13t-gil", "3.13t"))) == "No build was compared with another build."


def fully_counted(trial: Trial, **fields: Any) -> Trial:
    """Return the trial with everything that a system can count."""
    around = Surroundings(
        other_cpu_seconds=0.0, steal_seconds=0.0, pressure_seconds=0.0, throttled_seconds=0.0, megahertz=3000.0
    )
    usual: dict[str, Any] = {"system_cpu_seconds": 0.0, "run_delay_seconds": 0.0, "minor_faults": 0}
    return replace(trial, **(usual | {"surroundings": around} | fields))


def test_what_the_system_does_not_count_is_one_line() -> None:
    lines = making_lines(built_results(usable=[fully_counted(a_trial(), run_delay_seconds=None, surroundings=None)]))

    assert [line for line in lines if "no numbers" in line] == [
        "The report has no numbers for the time in which threads waited for a CPU, the CPU time of other processes, "
        "what the hypervisor took, pressure on the CPUs (PSI), throttling by a cgroup and the frequency of the CPUs: the "
        "system, or the harness that measured, did not count them."
    ]
    assert not any("no numbers" in line for line in making_lines(built_results(usable=[fully_counted(a_trial())])))


def test_the_making_counts_blocks_and_what_was_left_out() -> None:
    trials = trials_like(like_fib(ARMS, CASES), 3)
    calibration = a_trial(block=0)
    failed = a_trial("3.13t", block=3, status="failed", values=())
    odd = a_trial("3.13t", "threads", 2, block=3, answer="b" * 64)
    experiment = an_experiment(ARMS, CASES, settings=settings(blocks=3))
    usable = [fully_counted(trial) for trial in trials[:-2]]
    journal = Journal(trials=(calibration, *trials[:-2], failed, odd), damaged_lines=1)

    assert making_lines(built_results(experiment, usable=usable, journal=journal)) == (
        "12 trials in 3 blocks, all complete. In each block every case runs once under every arm, in random order (4).",
        "Seed of the order: 7. Processes are started by `fork`.",
        "Profile normal, size default, budget 15 minutes, exactly 3 blocks, at most 60 s per trial.",
        "1 trial failed: left out.",
        "1 trial ended well but could not be used: left out, see the findings.",
        "1 line of the journal damaged: left out.",
        "Rendered from a run of harness 0.1.0.",
    )


def test_an_unfinished_block_is_not_complete() -> None:
    trials = trials_like(like_fib(ARMS, CASES), 3)[:-1]
    results = built_results(an_experiment(ARMS, CASES), usable=trials)

    assert making_lines(results)[0].startswith("11 trials in 3 blocks, 2 of them complete.")


def test_the_making_says_which_cases_run_once_more_and_why_blocks_are_not_complete() -> None:
    experiment = with_control(an_experiment(ARMS, CASES))
    plain = trials_like(like_fib(ARMS, CASES), 12)
    trials = [*plain, *control_trials(experiment, plain, 12)]
    late = [trial for trial in trials if trial.block <= 10 or trial.mode == "threads"]

    assert making_lines(built_results(experiment, usable=late))[0] == (
        "66 trials in 12 blocks, 10 of them complete (cases that reached the target left the other blocks). "
        "In each block every case runs once under every arm, in random order (4, and 2 cases once more under 3.13t)."
    )
    fixed = built_results(replace(experiment, settings=settings(blocks=12)), usable=late)
    assert "12 blocks, 10 of them complete. In each block" in making_lines(fixed)[0]


def test_a_repeated_trial_does_not_complete_a_block() -> None:
    trials = trials_like(like_fib(ARMS, CASES), 2)
    repeated = [*trials[:-1], replace(trials[-2], attempt=1)]

    assert making_lines(built_results(an_experiment(ARMS, CASES), usable=repeated))[0].startswith(
        "8 trials in 2 blocks, 1 of them complete."
    )
