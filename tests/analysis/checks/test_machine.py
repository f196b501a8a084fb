"""What disturbed the machine is found where it is, and not where it is not."""

from collections.abc import Callable, Iterable
from typing import Any

from msgspec.structs import replace

from harness.analysis.checks import findings
from harness.records import Experiment, Journal, Trial
from tests.builders import IO_CASES, a_workload, an_experiment, like_download, like_fib, trials_like
from tests.disturbed import FAST, control_trials, slow, watched, with_control

EXPERIMENT = with_control(an_experiment())
BARE = trials_like(like_fib(), blocks=20)
SOUND = [watched(trial) for trial in (*BARE, *control_trials(EXPERIMENT, BARE, 20))]
PLACES = 20 * 23

SLOW_TRIALS = (
    "note",
    "often-disturbed",
    "The machine was slow or busy during all of 46 of 460 trials. They count like all others: ratios are adjusted by "
    "the canaries and their intervals are wider; times are not adjusted.",
)


def findings_of(trials: Iterable[Trial], experiment: Experiment = EXPERIMENT) -> list[tuple[str, str, str]]:
    journal = Journal(trials=tuple(trials))
    return [(finding.severity, finding.check, finding.sentence) for finding in findings(experiment, journal)]


def some(change: Callable[[Trial], Trial], chosen: Callable[[Trial, int], bool]) -> list[Trial]:
    """The sound trials, those that are chosen (by the trial and its number) changed."""
    return [change(trial) if chosen(trial, number) else trial for number, trial in enumerate(SOUND)]


def around(trial: Trial, **fields: Any) -> Trial:
    assert trial.surroundings is not None
    return replace(trial, surroundings=replace(trial.surroundings, **fields))


def serial(trial: Trial, number: int) -> bool:
    return trial.mode == "serial"


def test_a_sound_run_with_canaries_surroundings_and_a_control_has_no_findings() -> None:
    assert len(SOUND) == PLACES
    assert findings_of(SOUND) == []


def test_an_arm_that_differs_from_itself_more_often_than_chance_is_an_error() -> None:
    def other(trial: Trial) -> Trial:
        values = [replace(value, work_seconds=1.1 * value.work_seconds) for value in trial.values]
        return replace(trial, values=tuple(values))

    odd = some(other, lambda trial, _: trial.arm == "3.13t-control" and trial.mode != "serial")
    one = some(other, lambda trial, _: trial.arm == "3.13t-control" and trial.mode == "threads")

    assert findings_of(odd) == [
        (
            "error",
            "false-alarms",
            "3.13t measured a second time differed from itself in 2 of 3 contrasts; chance allows 1. "
            "Do not publish these verdicts.",
        )
    ]
    assert findings_of(one) == []


def test_other_processes_in_more_than_a_trial_of_twenty_are_a_warning() -> None:
    # A trial of 0.2 s lived for 0.3 s, one of 0.1 s for 0.2; half a CPU beside each of them.
    def busy(trial: Trial) -> Trial:
        return around(trial, other_cpu_seconds=0.5 * trial.elapsed_seconds)

    assert findings_of(some(busy, lambda t, _: t.block == 4)) == [], "23 of 460 are no more than a twentieth"
    assert findings_of(some(busy, lambda t, _: t.block in (4, 9))) == [
        (
            "warning",
            "machine-busy",
            "Something else was running: in 46 trials of 460 (blocks 4 to 9) other processes used 0.5 CPUs (median). "
            "Their values are marked.",
        ),
        SLOW_TRIALS,
    ]


def test_serial_work_that_did_not_get_its_cpu_is_a_warning() -> None:
    def hungry(trial: Trial) -> Trial:
        return replace(trial, cpu_seconds=0.5 * sum(value.whole_seconds for value in trial.values))

    assert findings_of(some(hungry, lambda t, n: serial(t, n) and t.block == 3)) == [], "5 of 100 may be unlucky"
    assert findings_of(some(hungry, lambda t, n: serial(t, n) and t.block in (3, 4))) == [
        (
            "warning",
            "starved",
            "10 of 100 serial CPU-bound trials (blocks 3 to 4) got under 90% of a CPU (the worst 50%): "
            "something else was running, and it disturbed cases with more workers more.",
        )
    ]


def test_a_machine_that_was_slow_in_more_than_a_trial_of_twenty_is_noted() -> None:
    assert findings_of(some(slow, lambda t, _: t.block == 2)) == []
    assert findings_of(some(slow, lambda t, _: t.block in (2, 7))) == [SLOW_TRIALS]


def test_arms_that_are_marked_unequally_often_are_a_warning() -> None:
    trials = some(slow, lambda t, _: t.arm == "3.13t" and t.block <= 10 and t.mode == "threads")

    assert [finding for finding in findings_of(trials) if finding[1] == "unequally-disturbed"] == [
        (
            "warning",
            "unequally-disturbed",
            "Trials with marked values are more frequent under some arms: 0% on 3.12, 0% on 3.13, 0% on 3.13t-gil, "
            "20% on 3.13t, 0% on 3.13t-control. Adjusting by the canaries could favour an arm.",
        )
    ]


def test_arms_that_are_marked_alike_are_no_finding() -> None:
    trials = some(slow, lambda t, _: t.block % 5 == 0)

    assert [check for _, check, _ in findings_of(trials)] == ["often-disturbed"]


def test_a_machine_that_changes_its_speed_is_a_warning() -> None:
    def later(trial: Trial) -> Trial:
        return watched(trial, 1.1 * FAST, 1.1 * FAST)

    def little(trial: Trial) -> Trial:
        return watched(trial, 1.04 * FAST, 1.04 * FAST)

    assert findings_of(some(later, lambda t, _: t.block > 10)) == [
        (
            "warning",
            "drift",
            "The machine changed its speed: canaries (zlib 1.3.1) took 1.10 times as long in the last third of the "
            "run as in the first.",
        )
    ]
    assert findings_of(some(little, lambda t, _: t.block > 10)) == []
    assert findings_of(some(later, lambda t, _: t.block % 4 == 0)) == [], "now and then is no drift"


def test_a_machine_that_becomes_faster_drifts_too() -> None:
    def early(trial: Trial) -> Trial:
        return watched(trial, 1.1 * FAST, 1.1 * FAST)

    ((_, check, sentence),) = findings_of(some(early, lambda t, _: t.block <= 10))
    assert check == "drift"
    assert "took 0.91 times as long" in sentence


def test_time_that_the_hypervisor_took_is_a_warning() -> None:
    def stolen(share: float) -> list[Trial]:
        return [around(trial, steal_seconds=share * trial.elapsed_seconds) for trial in SOUND]

    assert findings_of(stolen(0.04)) == []
    assert findings_of(stolen(0.1)) == [
        ("warning", "steal", "For 10% of the time in trials the hypervisor gave its CPUs to others (steal).")
    ]


def test_time_that_the_quota_took_is_a_warning() -> None:
    def throttled(share: float) -> list[Trial]:
        return [around(trial, throttled_seconds=share * trial.elapsed_seconds) for trial in SOUND]

    assert findings_of(throttled(0.04)) == []
    assert findings_of(throttled(0.25)) == [
        ("warning", "throttled", "For 25% of the time in trials the cgroup's quota stopped it (throttling).")
    ]


def pressed(trial: Trial) -> Trial:
    return around(trial, pressure_seconds=0.2 * trial.elapsed_seconds)


def test_serial_trials_that_ran_while_something_waited_are_a_warning() -> None:
    assert findings_of(some(pressed, lambda t, _: t.mode == "threads")) == [], (
        "their own workers may wait for each other"
    )
    assert findings_of(some(pressed, lambda t, n: serial(t, n) and t.block == 6)) == []
    assert findings_of(some(pressed, lambda t, n: serial(t, n) and t.block in (6, 7))) == [
        (
            "warning",
            "pressure",
            "10 trials of 100 serial ones (blocks 6 to 7) ran while something waited for a CPU for over a tenth of the "
            "time (PSI).",
        )
    ]


def test_on_one_cpu_pressure_says_nothing() -> None:
    one = replace(EXPERIMENT, machine=replace(EXPERIMENT.machine, usable_cpus=1))

    assert "pressure" not in [each[1] for each in findings_of(some(pressed, serial), one)]


def test_a_frequency_that_changes_is_a_warning() -> None:
    def clocked(first: float, last: float) -> list[Trial]:
        return [around(trial, megahertz=first if trial.block <= 10 else last) for trial in SOUND]

    # Journals are in the order of time.
    assert findings_of(sorted(clocked(3000.0, 2500.0), key=lambda trial: trial.block)) == [
        ("warning", "frequency", "The CPUs ran at 2500 MHz in the last third of the run, at 3000 in the first.")
    ]
    assert findings_of(sorted(clocked(3000.0, 2900.0), key=lambda trial: trial.block)) == []


def test_a_run_in_which_nothing_is_known_of_the_machine_has_no_findings_of_it() -> None:
    downloads = an_experiment(cases=IO_CASES, workloads=[a_workload("download", bound="io", jobs=160)])

    assert findings_of(trials_like(like_download(), 10, workload="download"), downloads) == []
