"""Checks of what the local sites saw, each silent about a sound run."""

from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from msgspec.structs import replace

from harness.analysis.checks import findings
from harness.records import Arm, Finding, Journal, Trial, Workload
from tests.builders import (
    IO_CASES,
    a_side,
    a_trial,
    a_workload,
    an_experiment,
    like_download,
    seen_by_server,
    trials_like,
)

DOWNLOAD = a_workload("download", bound="io", jobs=160, latency_seconds=0.005)
LOOPS = 2  # a warm-up, as an_experiment plans it, and the one value of a_trial
THREADS = a_side("3.13", "threads", 20, "download")


def with_server(trial: Trial, **fields: Any) -> Trial:
    return seen_by_server(trial, **{"requests": 160 * LOOPS, **fields})


SOUND = [with_server(trial) for trial in trials_like(like_download(), 10, workload="download")]


def findings_of(
    *more: Trial,
    arms: Sequence[str | Arm] = ("3.12", "3.13", "3.13t-gil", "3.13t"),
    trials: Iterable[Trial] = SOUND,
    workloads: Sequence[Workload] = (DOWNLOAD,),
    **fields: Any,
) -> list[Finding]:
    experiment = an_experiment(arms, IO_CASES, workloads, **fields)
    return findings(experiment, Journal(trials=(*trials, *more)))


def threads(block: int = 11, **fields: Any) -> Trial:
    return with_server(a_trial("3.13", "threads", 20, block, 0.2, workload="download"), **fields)


def test_a_sound_run_of_downloads_has_no_findings() -> None:
    assert findings_of() == []


def test_requests_of_another_number_are_an_error() -> None:
    (finding,) = findings_of(threads(requests=321), threads(12, requests=319))

    assert (finding.severity, finding.check, finding.sides) == ("error", "requests-do-not-fit", (THREADS,))
    assert finding.sentence == (
        "2 trials: the local server did not see as many requests as the case makes, or saw more at once than it has workers."
    )


def test_more_requests_at_once_than_workers_are_an_error() -> None:
    assert [each.check for each in findings_of(threads(peak_in_flight=21))] == ["requests-do-not-fit"]


def test_a_server_that_was_busy_nearly_all_the_time_is_a_warning() -> None:
    (finding,) = findings_of(threads(cpu_seconds=0.17))

    assert (finding.severity, finding.check, finding.sides) == ("warning", "server-bottleneck", (THREADS,))
    assert finding.sentence == (
        "1 trial: the local server used more than 80% of a CPU, so these cases measure the server as well."
    )
    assert findings_of(threads(cpu_seconds=0.15)) == []


def test_the_warm_up_and_every_loop_count_as_time_the_server_had() -> None:
    longer = a_trial("3.13", "threads", 20, 11, 0.2, workload="download", loops=2, warmup_seconds=0.1)

    assert findings_of(with_server(longer, requests=160 * 3, cpu_seconds=0.39)) == []
    assert [each.check for each in findings_of(with_server(longer, requests=160 * 3, cpu_seconds=0.41))] == [
        "server-bottleneck"
    ]


def client_bound(arm: str, mode: str, workers: int, cpu_seconds: float, busy: float = 0.02) -> list[Finding]:
    """The findings of downloads that take 0.2 s, of which one side uses so many seconds of the CPUs."""
    side = a_side(arm, mode, workers, "download")
    trials = list(SOUND)
    for number, trial in enumerate(SOUND):
        if trial.side == side:
            pace = trial.mean_seconds("whole") / 0.2
            served = with_server(trial, cpu_seconds=busy * pace)
            trials[number] = replace(served, cpu_seconds=cpu_seconds * pace)
    return findings_of(trials=trials)


@pytest.mark.parametrize(
    ("arm", "mode", "workers", "cpu_seconds", "bound"),
    [
        ("3.13", "threads", 20, 0.175, False),  # of 0.2 s
        ("3.13", "threads", 20, 0.185, True),  # a GIL lets it use one CPU
        ("3.13", "asyncio", 20, 0.185, True),
        ("3.13t-gil", "threads", 20, 0.185, True),
        ("3.13t", "threads", 20, 0.185, False),
        ("3.13t", "threads", 20, 0.295, False),  # and the server 0.02 s, of 0.4 s that two CPUs have
        ("3.13t", "threads", 20, 0.305, True),
        ("3.13", "processes", 20, 0.295, False),
        ("3.13", "processes", 20, 0.305, True),
    ],
)
def test_a_client_without_a_cpu_to_spare_is_a_warning_that_names_its_case(
    arm: str, mode: str, workers: int, cpu_seconds: float, bound: bool
) -> None:
    found = client_bound(arm, mode, workers, cpu_seconds)

    assert [(each.severity, each.check, each.sides) for each in found] == (
        [("warning", "client-bound", (a_side(arm, mode, workers, "download"),))] if bound else []
    )


def test_the_warning_says_what_a_client_bound_case_measures() -> None:
    (finding,) = client_bound("3.13", "threads", 20, 0.19)

    assert finding.sentence == (
        "Client and server used more than 80% of the CPUs, or a client with a GIL more than 90% of one, "
        "so these cases measure what a library costs, not how a mode waits: download/threads/20 on 3.13."
    )
    assert "download_plain" in finding.remedy


def test_work_that_downloads_nothing_is_not_client_bound() -> None:
    busy = [replace(trial, server=None, cpu_seconds=trial.mean_seconds("whole")) for trial in SOUND]

    assert [each.check for each in findings_of(trials=busy, workloads=[replace(DOWNLOAD, latency_seconds=None)])] == []


def test_workers_of_whom_half_never_waited_at_once_are_noted() -> None:
    def trials(peak: int) -> list[Trial]:
        return [with_server(trial, peak_in_flight=peak) if trial.side == THREADS else trial for trial in SOUND]

    (finding,) = findings_of(trials=trials(9))

    assert (finding.severity, finding.check, finding.sides) == ("note", "few-in-flight", (THREADS,))
    assert findings_of(trials=trials(10)) == []


def test_one_trial_with_few_in_flight_does_not_speak_for_its_side() -> None:
    assert findings_of(threads(peak_in_flight=1)) == []


def test_trials_without_a_local_server_are_not_judged_by_it() -> None:
    elsewhere = trials_like(like_download(), 10, workload="download", cpu_seconds=0.02)

    assert findings_of(trials=elsewhere) == []
