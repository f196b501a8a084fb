"""Each check finds what it is for, and is silent about a sound run."""

from collections.abc import Iterable
from typing import Any

from msgspec.structs import replace

from harness.analysis.checks import findings
from harness.records import Culprit, Gil, Journal, ProcessGil, Trial
from tests.builders import a_side, a_trial, a_value, a_workload, an_arm, an_experiment, like_fib, settings, trials_like
from tests.disturbed import with_control

SPEEDS = like_fib()
SOUND = trials_like(SPEEDS, blocks=10)


def findings_of(trials: Iterable[Trial] = SOUND, damaged: int = 0, **fields: Any) -> list[tuple[str, str, str]]:
    journal = Journal(trials=tuple(trials), damaged_lines=damaged)
    return [(each.severity, each.check, each.sentence) for each in findings(an_experiment(**fields), journal)]


def test_a_sound_run_has_no_findings() -> None:
    assert findings_of() == []


def test_other_answers_are_an_error_and_name_their_cases() -> None:
    odd = a_trial("3.13t", "threads", 2, block=3, answer="b" * 64)
    journal = Journal(trials=(*SOUND, odd))
    (finding,) = findings(an_experiment(), journal)

    assert (finding.severity, finding.sides) == ("error", (a_side("3.13t", "threads", 2),))
    assert finding.sentence == "fib: 1 trial gave another answer than the rest and are left out."


def test_a_workload_may_declare_that_its_answers_vary() -> None:
    odd = a_trial("3.13t", "threads", 2, block=3, answer="b" * 64)

    assert findings_of([*SOUND, odd], workloads=[a_workload(answers_vary="it counts")]) == []


def test_a_gil_that_came_back_is_an_error_with_its_cause() -> None:
    gil = Gil(free_threaded_build=True, before_import=False, after_import=True, at_end=True)

    assert findings_of([*SOUND, a_trial("3.13t", block=11, gil=gil)]) == [
        ("error", "gil", "The GIL was not off throughout in 1 trial of 3.13t: importing the workload switched it.")
    ]


def test_the_finding_names_the_module_that_switched_the_gil_on_and_what_to_do() -> None:
    gil = Gil(free_threaded_build=True, before_import=False, after_import=True, at_end=True)
    guilty = Culprit(arm="3.13t", workload="fib", module="fast.core", distribution="fast", version="1.2")
    elsewhere = Culprit(arm="3.13t", workload="download", module="other")
    experiment = an_experiment(culprits=(guilty, elsewhere))
    (finding,) = findings(experiment, Journal(trials=(*SOUND, a_trial("3.13t", block=11, gil=gil))))

    assert finding.sentence == (
        "The GIL was not off throughout in 1 trial of 3.13t: importing the workload switched it, because it loads fast.core."
    )
    assert finding.remedy == (
        "Take a newer version of fast 1.2 that declares support for running without the GIL, or build it with "
        "--dependencies matched. PYTHON_GIL=0 would force the GIL off, at your own risk and not for measuring."
    )


def test_a_gil_that_came_back_while_jobs_ran_is_told_from_one_that_an_import_brought() -> None:
    gil = Gil(free_threaded_build=True, before_import=False, after_import=False, at_end=True)

    assert [each[2] for each in findings_of([*SOUND, a_trial("3.13t", block=11, gil=gil)])] == [
        "The GIL was not off throughout in 1 trial of 3.13t: something that its jobs import switched it."
    ]


def test_a_gil_that_is_off_where_it_was_asked_for_is_an_error() -> None:
    gil = Gil(free_threaded_build=True, before_import=False, after_import=False, at_end=False)

    assert findings_of([*SOUND, a_trial("3.13t-gil", block=11, gil=gil)]) == [
        (
            "error",
            "gil",
            "The GIL was not on throughout in 1 trial of 3.13t-gil: it was not what PYTHON_GIL asked for.",
        )
    ]


def test_pool_processes_count_too() -> None:
    pool = (ProcessGil(before_import=False, after_import=False, at_end=True),)
    gil = Gil(free_threaded_build=True, before_import=False, after_import=False, at_end=False, pool=pool)

    assert [each[1] for each in findings_of([*SOUND, a_trial("3.13t", "processes", 2, block=11, gil=gil)])] == ["gil"]


def test_failed_trials_are_counted_by_their_reason() -> None:
    failed = [a_trial("3.13t", block=block, status="failed", values=(), reason="OSError: full") for block in (11, 12)]

    assert findings_of([*SOUND, *failed]) == [("warning", "trials-failed", "fib: 2 trials failed: OSError: full.")]


def test_a_case_that_never_succeeded_is_an_error() -> None:
    failed = a_trial("3.13t", "asyncio", 2, status="timed-out", values=(), reason="no end within 3 s")

    assert findings_of([*SOUND, failed]) == [
        (
            "error",
            "trials-failed",
            "fib: 1 trial failed: no end within 3 s. Without any numbers: fib/asyncio/2 on 3.13t.",
        )
    ]


def test_fewer_than_ten_blocks_are_too_few_unless_the_run_is_quick_anyway() -> None:
    few = trials_like(SPEEDS, blocks=9)

    assert [each[:2] for each in findings_of(few)] == [("warning", "too-few-blocks")]
    assert findings_of(few, settings=settings(profile="quick")) == []


def test_values_below_ten_milliseconds_are_too_short() -> None:
    brief = [a_trial("3.13", block=11, seconds=0.0004, loops=20), a_trial("3.13", block=12, seconds=0.0004, loops=30)]

    assert findings_of([*SOUND, *brief]) == [("warning", "values-too-short", "1 trial with values of less than 10 ms.")]


def test_cpu_bound_cases_beyond_the_cpus_are_noted() -> None:
    assert findings_of(usable_cpus=1)[-1] == (
        "note",
        "oversubscribed",
        "CPU-bound cases with more workers than there are usable CPUs (1): 2.",
    )
    assert findings_of(usable_cpus=1, workloads=[a_workload(bound="io")]) == []


def test_a_trial_that_was_pinned_to_fewer_cpus_than_its_workers_is_an_error() -> None:
    pinned = a_trial("3.13", "processes", 2, block=11, usable_cpus=1)

    assert findings_of([*SOUND, pinned]) == [
        ("error", "pinned", "1 trial ran on 1 of 2 usable CPUs, fewer than their workers.")
    ]


def test_interpreters_that_differ_in_more_than_the_gil_are_a_warning() -> None:
    with_lto = an_arm("3.13", build=replace(an_arm("3.13").build, lto=True))

    assert findings_of(arms=[with_lto, "3.13t-gil", "3.13t"]) == [
        (
            "warning",
            "interpreters",
            "3.13t and 3.13t-gil differ from 3.13 in more than the GIL: LTO (no / yes). Their ratios include the effect "
            "of that.",
        )
    ]


def test_versions_that_were_built_differently_are_a_warning_too() -> None:
    shared = an_arm("3.12", origin="pyenv 3.12.5/bin/python3.12", build=replace(an_arm("3.12").build, shared=True))

    assert findings_of(arms=[shared, "3.13", "3.13t-gil", "3.13t"]) == [
        (
            "warning",
            "interpreters",
            "3.13 differs from 3.12 in more than the version: shared library (no / yes), origin (built / pyenv). Their "
            "ratios include the effect of that.",
        )
    ]


def test_a_build_without_pgo_is_a_warning_that_names_its_arms() -> None:
    arms = [an_arm(label, build=replace(an_arm(label).build, pgo=False)) for label in ("3.12", "3.13", "3.13t")]
    (finding,) = findings(
        an_experiment(arms), Journal(trials=tuple(trials_like(like_fib(("3.12", "3.13", "3.13t")), 10)))
    )

    assert (finding.severity, finding.check) == ("warning", "no-pgo")
    assert finding.sentence == (
        "Built without profile-guided optimization (PGO): 3.12, 3.13, 3.13t. Builds that people install usually have it, "
        "and their ratios can differ from these."
    )
    assert finding.remedy == "Measure builds with PGO: --optimized builds the missing ones."


def test_damaged_lines_are_counted() -> None:
    assert findings_of(damaged=2) == [
        ("warning", "damaged-lines", "trials.jsonl has 2 torn or damaged line(s), which were left out.")
    ]


def test_serial_work_that_did_not_get_its_cpu_shows_a_busy_machine() -> None:
    starved = [a_trial("3.13", block=block, seconds=0.2, cpu_seconds=0.1) for block in range(11, 21)]

    assert findings_of([*SOUND, *starved]) == [
        (
            "warning",
            "starved",
            "10 of 50 serial CPU-bound trials (blocks 11 to 20) got under 90% of a CPU (the worst 50%): "
            "something else was running, and it disturbed cases with more workers more.",
        )
    ]
    assert findings_of([*SOUND, *starved[:2]]) == [], "one trial in twenty may be unlucky"


def test_a_first_value_slower_than_the_second_shows_a_short_warm_up() -> None:
    two = [
        replace(trial, values=(a_value(0.24), a_value(0.2)), cpu_seconds=0.44) for trial in SOUND if trial.arm == "3.13"
    ]
    rest = [trial for trial in SOUND if trial.arm != "3.13"]

    ((severity, check, sentence),) = findings_of([*two, *rest])
    assert (severity, check) == ("warning", "still-warming-up")
    assert sentence.startswith(
        "The first value takes longer than the second, by 20% at most, so these cases were still"
    )
    assert sentence.endswith("fib/threads/1 on 3.13, fib/threads/2 on 3.13.")


def test_errors_come_first() -> None:
    odd = a_trial("3.13t", "threads", 2, block=3, answer="b" * 64)

    assert [each[0] for each in findings_of([*SOUND, odd], damaged=1, usable_cpus=1)] == ["error", "warning", "note"]


def test_the_control_s_gil_is_checked_like_its_arm_s() -> None:
    gil = Gil(free_threaded_build=True, before_import=True, after_import=True, at_end=True)
    experiment = with_control(an_experiment())
    odd = a_trial("3.13t-control", gil=gil)

    assert "The GIL was not off throughout in 1 trial of 3.13t-control: it was not what PYTHON_GIL asked for." in {
        each.sentence for each in findings(experiment, Journal(trials=(*SOUND, odd)))
    }
