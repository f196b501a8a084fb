"""A trial of a service: a real uvicorn with a real load over HTTP, and every way in which a service can fail."""

import errno
import os
import signal
import socket
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.errors import UsageError
from harness.experiment.machine.process_memory import tree_pss_bytes
from harness.experiment.measure import service_trial
from harness.experiment.measure.answers import TrialResult
from harness.experiment.measure.service_trial import PINGS, Load
from harness.experiment.measure.sites import Sites, Source
from harness.experiment.measure.trial import Counts, case_order
from harness.experiment.process.limits import Watch
from harness.experiment.process.worker_process import PreparedArm
from harness.records import Case, Mode
from tests.builders import an_arm, settings
from tests.experiment.process.test_worker_process import alive
from tests.shared.driver import Bench, WorkloadWriter

ARM = PreparedArm(an_arm("3.12"), Path(sys.executable), "3.12")

# A service in plain ASGI, without a framework, whose one job can be told how to fail; it leaves its port and process.
PLAIN = """
import asyncio, os, sys, time
from pathlib import Path

JOBS = ["/job"] * 8

def job():
    time.sleep(0.1)
    return 7

def service(executor):
    async def app(scope, receive, send):
        if scope["type"] == "lifespan":
            return
        Path(__file__).with_name("seen").write_text(f"{scope['server'][1]} {os.getpid()}")
        status, body = 200, b'"pong"'
        if scope["path"] == "/job":
            body = str(await asyncio.get_running_loop().run_in_executor(executor, job)).encode()
        FAULT
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"%d" % len(body))]})
        await send({"type": "http.response.body", "body": body})
    return app

def expected(job):
    return 7
"""


@pytest.fixture
def measured(workload: WorkloadWriter, tmp_path: Path) -> Callable[..., TrialResult]:
    """Return a function that measures a service with a fault, and asserts that nothing of it is left."""

    def measure(
        fault: str = "pass",
        *,
        mode: Mode = "serial",
        workers: int = 1,
        timeout: float = 60.0,
        source: str = PLAIN,
        sample: Callable[[int], int | None] | None = None,
    ) -> TrialResult:
        file = workload(source.replace("FAULT", fault))
        case = Case(workload="sample", mode=mode, workers=workers)
        order = case_order(Source(file, Sites(())), case, settings(), Counts(loops=1, values=1, warmups=1))
        result = service_trial.run(ARM, order, Load(clients=3), Watch(timeout, sample=sample))
        if (tmp_path / "seen").exists():
            port, pid = map(int, (tmp_path / "seen").read_text().split())
            assert not alive(pid)
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", port), timeout=5).close()
        return result

    return measure


def test_a_trial_has_the_seconds_of_the_computes_and_the_latencies_of_the_pings(
    measured: Callable[..., TrialResult],
) -> None:
    answer = measured(mode="threads", workers=2).answer

    assert answer is not None
    (value,) = answer.values
    assert value.start_seconds == value.stop_seconds == 0.0
    assert value.work_seconds >= 0.4  # eight jobs that sleep for 0.1 s, two at a time
    assert value.canary_seconds is not None
    assert len(value.canary_seconds) == 2
    service = answer.service
    assert service is not None
    assert (service.clients, len(service.ping_seconds), len(service.late_seconds)) == (3, PINGS, PINGS)
    assert all(0 <= late <= latency for late, latency in zip(service.late_seconds, service.ping_seconds, strict=True))
    assert 0 < service.load_cpu_seconds < service.load_whole_cpu_seconds
    assert len(answer.answer) == 64


def test_a_ping_that_the_event_loop_could_not_answer_counts_from_when_it_was_due(
    measured: Callable[..., TrialResult],
) -> None:
    answer = measured().answer
    assert answer is not None
    service = answer.service
    assert service is not None

    # Jobs of 0.1 s inside the event loop: a ping is due every 10 ms, and nearly all wait for a whole job.
    assert max(service.ping_seconds) >= 0.09


@pytest.mark.parametrize(("mode", "workers"), [("serial", 1), ("threads", 8)])
def test_a_fast_case_and_a_slow_one_get_as_many_pings(
    measured: Callable[..., TrialResult], mode: Mode, workers: int
) -> None:
    answer = measured(mode=mode, workers=workers).answer
    assert answer is not None
    assert answer.service is not None

    assert len(answer.service.ping_seconds) == PINGS


def test_cpu_time_is_that_of_the_computes_in_the_pool_processes_too(measured: Callable[..., TrialResult]) -> None:
    busy = PLAIN.replace(
        "time.sleep(0.1)", "end = time.process_time() + 0.1\n    while time.process_time() < end: pass"
    )
    answer = measured(mode="processes", workers=2, source=busy).answer

    assert answer is not None
    assert answer.cpu_seconds is not None
    assert answer.cpu_seconds >= 0.7  # eight jobs of 0.1 s, by a clock of 10 ms
    assert answer.gil.pool


def test_the_memory_of_a_service_can_be_watched(measured: Callable[..., TrialResult]) -> None:
    result = measured(sample=tree_pss_bytes)

    assert result.status == "ok"
    assert result.peak_bytes is not None
    assert result.peak_bytes > 10 * 2**20


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (
            'body = b"8" if scope["path"] == "/job" else body',
            "/job answered with something else than expected (3 ×)",
        ),
        ('body = b"{" if scope["path"] == "/job" else body', "/job answered with something that is not JSON (3 ×)"),
        ('status = 503 if scope["path"] == "/job" else 200', "/job answered with status 503 (3 ×)"),
        ("os._exit(3)", "the worker exited with code 3 and left no outcome"),
        ('scope["path"] == "/job" and os._exit(3)', "the worker exited with code 3 and left no outcome"),
        ("raise ValueError('of its own')", "/ping answered with status 500 (1 ×)"),
        (
            'body = str(time.monotonic()).encode() if scope["path"] == "/ping" else body',
            "/ping answered with something else",
        ),
    ],
)
def test_a_service_that_answers_wrongly_or_dies_is_a_failed_trial(
    measured: Callable[..., TrialResult], fault: str, reason: str
) -> None:
    result = measured(fault)

    assert (result.status, result.answer) == ("failed", None)
    assert result.reason is not None
    assert reason in result.reason


def test_the_last_words_of_a_server_are_in_the_reason(measured: Callable[..., TrialResult]) -> None:
    reason = measured("raise ValueError('of its own')").reason

    assert reason is not None
    assert reason.endswith("; its last words: ValueError: of its own")


def test_a_service_that_never_answers_fails_within_its_time(measured: Callable[..., TrialResult]) -> None:
    result = measured("await asyncio.sleep(600)", timeout=8.0)

    assert result.status == "failed"
    assert result.reason is not None
    assert result.reason.startswith("/ping not answered in time (1 ×)")


def test_a_server_that_does_not_stop_is_killed_and_its_trial_failed(
    measured: Callable[..., TrialResult], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service_trial, "GRACE_SECONDS", 1.0)
    slow = PLAIN.replace(
        "return\n        Path",
        "await receive(); await send({'type': 'lifespan.startup.complete'}); "
        "await receive(); time.sleep(600)\n        Path",
    )

    assert measured(source=slow).reason == "it did not end within 1 s of SIGTERM, and was killed"


def test_a_server_that_does_not_come_up_is_given_up(measured: Callable[..., TrialResult]) -> None:
    result = measured(
        source=PLAIN.replace("import asyncio", "import time; time.sleep(600)\nimport asyncio"), timeout=8.0
    )

    assert (result.status, result.reason) == ("failed", "the server did not start within 2 s")


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("raise ImportError('no such thing')", "ImportError: no such thing"),
        (PLAIN.replace("return app", "raise OSError('port taken')"), "OSError: port taken"),
        (PLAIN.replace("def expected", "def other"), "it has service(executor) and no expected(job)"),
        ("import sys\nsys.modules['uvicorn'] = None\n" + PLAIN, 'add "uvicorn" to the dependencies'),
        (PLAIN.replace("return\n        Path", "raise OSError('no database')\n        Path"), "/ping"),
    ],
)
def test_a_service_that_cannot_start_says_why(measured: Callable[..., TrialResult], source: str, reason: str) -> None:
    if reason == "/ping":  # uvicorn takes an app that fails at its start for one that does not want to be told of it
        assert measured(source=source).status == "ok"
        return
    result = measured(source=source)

    assert result.status == "failed"
    assert result.reason is not None
    assert reason in result.reason


def test_an_app_that_says_that_its_start_failed_is_a_failed_trial(measured: Callable[..., TrialResult]) -> None:
    failing = "await receive(); await send({'type': 'lifespan.startup.failed', 'message': 'no database'}); return\n        Path"
    result = measured(source=PLAIN.replace("return\n        Path", failing))

    assert result.status == "failed"
    assert result.reason is not None
    assert result.reason.startswith("RuntimeError: the service did not start: no database Application startup failed.")


def test_a_load_that_dies_fails_its_trial_only(measured: Callable[..., TrialResult]) -> None:
    def kill_the_load(_: int) -> None:
        for pid in children():
            if b"load_generator" in Path(f"/proc/{pid}/cmdline").read_bytes():
                os.kill(pid, signal.SIGKILL)

    assert measured(sample=kill_the_load).reason == ("the load on the server ended with code -9 (see its output above)")


def test_jobs_that_are_no_paths_are_a_failed_trial(measured: Callable[..., TrialResult]) -> None:
    reason = measured(source=PLAIN.replace('["/job"] * 8', "[1, 2]")).reason

    assert reason == "its jobs cannot be sent: Expected `str`, got `int` - at `$.jobs[0]`"


def test_a_service_without_room_for_its_files_is_one_sentence(
    measured: Callable[..., TrialResult], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(**_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryDirectory", full)

    with pytest.raises(UsageError, match=r"^No temporary folder can be made in .* \(No space left on device\)\."):
        measured()


def test_a_run_with_a_broken_service_goes_on_with_the_others(bench: Bench, workload: WorkloadWriter) -> None:
    broken = workload(PLAIN.replace("FAULT", "os._exit(3)"), "broken")
    sound = workload(PLAIN.replace("FAULT", "pass"), "sound")
    outcome = bench(
        "--workload", broken, "--workload", sound, "--quick", "--blocks", "1", "--workers", "2", report=True
    )

    assert outcome.code == 0, outcome.output
    assert {(trial.workload, trial.mode, trial.status) for trial in outcome.trials} == {
        (name, mode, status)
        for name, status in (("broken", "failed"), ("sound", "ok"))
        for mode in ("serial", "threads", "processes")
    }
    assert [workload.clients for workload in outcome.experiment.workloads] == [4, 4]
    report = outcome.report
    assert "### Computing and answering" in report
    assert (outcome.run / "sound-latency.svg").exists()


def test_modes_that_a_service_has_not_are_left_out_with_a_reason(bench: Bench, workload: WorkloadWriter) -> None:
    outcome = bench(
        "--workload", workload(PLAIN.replace("FAULT", "pass")), "--quick", "--blocks", "1", "--modes", "serial,asyncio"
    )

    assert [(skipped.mode, skipped.reason) for skipped in outcome.experiment.skipped] == [
        ("asyncio", "a service is on an event loop in every mode, and computes in it, in threads or in processes")
    ]


def test_the_service_of_the_harness_runs_under_this_interpreter(bench: Bench) -> None:
    outcome = bench(
        "--workload", "compute_service", "--quick", "--blocks", "1", "--modes", "serial,threads", "--workers", "1"
    )

    assert {(trial.mode, trial.status, trial.reason) for trial in outcome.trials} == {
        ("serial", "ok", None),
        ("threads", "ok", None),
    }


def test_no_process_of_this_session_is_left_behind(measured: Callable[..., TrialResult]) -> None:
    before = set(children())
    measured(mode="processes", workers=2)

    assert set(children()) == before


def children() -> list[int]:
    return [
        int(pid)
        for task in Path(f"/proc/{os.getpid()}/task").iterdir()
        for pid in (task / "children").read_text().split()
    ]
