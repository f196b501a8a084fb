"""A trial of a service: a real uvicorn with a real load over HTTP, and every way in which a service can fail."""

import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.experiment.measure import service_trial
from harness.experiment.measure.memory_trial import Peak
from harness.experiment.measure.sites import Sites, Source
from harness.experiment.plan.calibrate import order_for
from harness.experiment.process.limits import wait
from harness.experiment.process.worker_process import PreparedArm
from harness.records import Case
from tests.builders import an_arm, settings
from tests.experiment.process.test_worker_process import alive

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
def measured(workload: Callable[..., Any], tmp_path: Path) -> Callable[..., Any]:
    """Return a function that measures a service with a fault, and asserts that nothing of it is left."""

    def measure(fault="pass", *, mode="serial", workers=1, timeout=60.0, source=PLAIN, watch=None):
        file = workload(source.replace("FAULT", fault))
        case = Case(workload="sample", mode=mode, workers=workers)
        counts = {"loops": 1, "values": 1, "warmups": 1}
        order = order_for(Source(file, Sites(()), clients=3), case, settings(), counts)
        outcome = service_trial.run(ARM, order, timeout, watch)
        if (tmp_path / "seen").exists():
            port, pid = map(int, (tmp_path / "seen").read_text().split())
            assert not alive(pid)
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", port), timeout=5).close()
        return outcome

    return measure


def test_a_trial_has_the_seconds_of_the_computes_and_the_latencies_of_the_pings(measured: Callable[..., Any]) -> None:
    done = measured(mode="threads", workers=2).done

    (value,) = done["values"]
    assert value["start_seconds"] == value["stop_seconds"] == 0.0
    assert value["work_seconds"] >= 0.4  # eight jobs that sleep for 0.1 s, two at a time
    assert len(value["canary_seconds"]) == 2
    seen = done["service"]
    assert (seen["clients"], len(seen["ping_seconds"])) == (3, len(seen["late_seconds"]))
    assert all(0 <= late <= latency for late, latency in zip(seen["late_seconds"], seen["ping_seconds"], strict=True))
    assert 0 < seen["load_cpu_seconds"] < seen["load_whole_cpu_seconds"]
    assert len(done["answer"]) == 64


def test_a_ping_that_the_event_loop_could_not_answer_counts_from_when_it_was_due(measured: Callable[..., Any]) -> None:
    seen = measured().done["service"]

    # Eight jobs of 0.1 s inside the event loop: a ping is due every 10 ms, and nearly all wait for a whole job.
    assert len(seen["ping_seconds"]) >= 75
    assert max(seen["ping_seconds"]) >= 0.09


def test_cpu_time_is_that_of_the_computes_in_the_pool_processes_too(measured: Callable[..., Any]) -> None:
    busy = PLAIN.replace(
        "time.sleep(0.1)", "end = time.process_time() + 0.1\n    while time.process_time() < end: pass"
    )
    done = measured(mode="processes", workers=2, source=busy).done

    assert done["cpu_seconds"] >= 0.7  # eight jobs of 0.1 s, by a clock of 10 ms
    assert done["gil"]["pool"]


def test_the_memory_of_a_service_can_be_watched(measured: Callable[..., Any]) -> None:
    peak = Peak()

    assert measured(watch=peak.until).status == "ok"
    assert peak.pss_bytes > 10 * 2**20


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (
            'body = b"8" if scope["path"] == "/job" else body',
            "/job answered with something else than what is right (3 ×)",
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
    measured: Callable[..., Any], fault: str, reason: str
) -> None:
    outcome = measured(fault)

    assert (outcome.status, outcome.done) == ("failed", None)
    assert reason in outcome.reason


def test_the_last_words_of_a_server_are_in_the_reason(measured: Callable[..., Any]) -> None:
    assert measured("raise ValueError('of its own')").reason.endswith("; its last words: ValueError: of its own")


def test_a_service_that_never_answers_fails_within_its_time(measured: Callable[..., Any]) -> None:
    outcome = measured("await asyncio.sleep(600)", timeout=8.0)

    assert outcome.status == "failed"
    assert outcome.reason.startswith("/ping not answered in time (1 ×)")


def test_a_server_that_does_not_stop_is_killed_and_its_trial_failed(
    measured: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service_trial, "GRACE_SECONDS", 1.0)
    slow = PLAIN.replace(
        "return\n        Path",
        "await receive(); await send({'type': 'lifespan.startup.complete'}); "
        "await receive(); time.sleep(600)\n        Path",
    )

    assert measured(source=slow).reason == "it did not end within 1 s of being told to, and was killed"


def test_a_server_that_does_not_come_up_is_given_up(measured: Callable[..., Any]) -> None:
    outcome = measured(
        source=PLAIN.replace("import asyncio", "import time; time.sleep(600)\nimport asyncio"), timeout=8.0
    )

    assert (outcome.status, outcome.reason) == ("failed", "the server did not start within 2 s")


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
def test_a_service_that_cannot_start_says_why(measured: Callable[..., Any], source, reason: str) -> None:
    if reason == "/ping":  # uvicorn takes an app that fails at its start for one that does not want to be told of it
        assert measured(source=source).status == "ok"
        return
    outcome = measured(source=source)

    assert outcome.status == "failed"
    assert reason in outcome.reason


def test_an_app_that_says_that_its_start_failed_is_a_failed_trial(measured: Callable[..., Any]) -> None:
    failing = "await receive(); await send({'type': 'lifespan.startup.failed', 'message': 'no database'}); return\n        Path"
    outcome = measured(source=PLAIN.replace("return\n        Path", failing))

    assert outcome.status == "failed"
    assert outcome.reason.startswith("RuntimeError: the service did not start: no database Application startup failed.")


def test_a_load_that_dies_fails_its_trial_only(measured: Callable[..., Any]) -> None:
    def killed(server, load, timeout_seconds):
        load.kill()
        return wait(load, timeout_seconds)

    assert measured(watch=killed).reason == "the load on the server ended with code -9; its words stand above"


def test_a_run_with_a_broken_service_goes_on_with_the_others(
    bench: Callable[..., Any], workload: Callable[..., Any]
) -> None:
    broken = workload(PLAIN.replace("FAULT", "os._exit(3)"), "broken")
    sound = workload(PLAIN.replace("FAULT", "pass"), "sound")
    done = bench("--workload", broken, "--workload", sound, "--quick", "--blocks", "1", "--workers", "2")

    assert done.code == 0, done.output
    assert {(trial.workload, trial.mode, trial.status) for trial in done.trials} == {
        (name, mode, status)
        for name, status in (("broken", "failed"), ("sound", "ok"))
        for mode in ("serial", "threads", "processes")
    }
    assert [each.clients for each in done.experiment.workloads] == [4, 4]
    report = (done.run / "report.md").read_text()
    assert "### Computing and answering" in report
    assert (done.run / "sound-latency.svg").exists()


def test_modes_that_a_service_has_not_are_left_out_with_a_reason(
    bench: Callable[..., Any], workload: Callable[..., Any]
) -> None:
    done = bench(
        "--workload", workload(PLAIN.replace("FAULT", "pass")), "--quick", "--blocks", "1", "--modes", "serial,asyncio"
    )

    assert [(each.mode, each.reason) for each in done.experiment.skipped] == [
        ("asyncio", "a service is on an event loop in every mode, and computes in it, in threads or in processes")
    ]


def test_the_service_of_the_harness_runs_under_this_interpreter(bench: Callable[..., Any]) -> None:
    done = bench(
        "--workload", "compute_service", "--quick", "--blocks", "1", "--modes", "serial,threads", "--workers", "1"
    )

    assert {(trial.mode, trial.status, trial.reason) for trial in done.trials} == {
        ("serial", "ok", None),
        ("threads", "ok", None),
    }


def test_no_process_of_this_session_is_left_behind(measured: Callable[..., Any]) -> None:
    before = set(children())
    measured(mode="processes", workers=2)

    assert set(children()) == before


def children():
    return [
        int(pid)
        for task in Path(f"/proc/{os.getpid()}/task").iterdir()
        for pid in (task / "children").read_text().split()
    ]
