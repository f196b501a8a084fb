"""The local sites are real, count what they see, and are gone when they should be."""

import contextlib
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from harness.errors import UsageError
from harness.experiment.measure.sites import Sites, check, opened
from harness.experiment.process.worker_process import WorkerResult


@pytest.fixture
def local() -> Iterator[Any]:
    with opened((), 0.01) as sites:
        yield sites


def get(url: Any) -> Any:
    return requests.get(url, timeout=20).content


def visit(sites: Any, times: Any = 1, together: Any = 1) -> Any:
    """Return an outcome after so many downloads, so many at a time."""

    def run() -> WorkerResult:  # type: ignore[type-arg]
        with ThreadPoolExecutor(together) as pool:
            bodies = list(pool.map(get, [sites.urls[number % 2] for number in range(times)]))
        return WorkerResult("ok", 0.1, answer=sorted({len(body) for body in bodies}))

    return run


def closed(url: Any) -> Any:
    with contextlib.closing(socket.socket()) as client:
        return client.connect_ex((urlsplit(url).hostname, urlsplit(url).port)) != 0


def test_two_sites_of_different_size_answer_on_loopback(local: Any) -> None:
    outcome, _ = local.observe(visit(local, times=4))

    assert outcome.answer == [9800, 40500]
    assert {urlsplit(url).hostname for url in local.urls} == {"127.0.0.1"}
    assert len({urlsplit(url).port for url in local.urls}) == 2


def test_requests_and_their_peak_are_counted_for_each_trial(local: Any) -> None:
    _, one_by_one = local.observe(visit(local, times=3))
    _, together = local.observe(visit(local, times=30, together=10))

    assert (one_by_one.requests, one_by_one.peak_in_flight) == (3, 1)
    assert together.requests == 30
    assert 2 <= together.peak_in_flight <= 10
    assert together.cpu_seconds > 0


def test_visits_between_trials_are_not_counted(local: Any) -> None:
    get(local.urls[0])
    _, seen = local.observe(visit(local, times=2))

    assert seen.requests == 2


def test_the_sites_are_gone_with_their_block() -> None:
    with opened((), 0.0) as sites:
        urls = sites.urls
        assert not any(map(closed, urls))

    assert all(map(closed, urls))


def test_a_server_that_dies_between_trials_is_replaced_once(local: Any) -> None:
    local._server.kill()
    local._server.wait()
    outcome, seen = local.observe(visit(local, times=2))
    assert (outcome.status, seen.requests) == ("ok", 2)

    local._server.kill()
    local._server.wait()
    outcome, seen = local.observe(visit(local, times=2))
    assert (outcome.status, outcome.reason, seen) == (
        "failed",
        "the local server is gone, and was replaced once already",
        None,
    )


def test_a_server_that_dies_during_a_trial_fails_it_whatever_the_trial_says(local: Any) -> None:
    def run() -> WorkerResult:  # type: ignore[type-arg]
        local._server.kill()
        local._server.wait()
        return WorkerResult("ok", 0.5, answer="numbers that must not count")

    outcome, seen = local.observe(run)

    assert (outcome.status, outcome.answer, outcome.reason, seen) == (
        "failed",
        None,
        "the local server died during the trial, or no longer answers",
        None,
    )


def test_a_server_ends_with_whoever_started_it_even_when_that_is_killed(tmp_path: Path) -> None:
    program = (
        "from harness.experiment.measure.sites import opened\n"
        "import os, signal\n"
        "with opened((), 0.0) as sites:\n"
        "    print(*sites.urls, sites._server.pid, flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    words = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False).stdout.split()
    with contextlib.suppress(ProcessLookupError, ChildProcessError):
        wait_until_gone(int(words[2]))

    assert closed(words[0])
    assert closed(words[1])


def wait_until_gone(pid: int) -> None:
    descriptor = os.pidfd_open(pid)
    try:
        import select

        select.select([descriptor], [], [], 20)
    finally:
        os.close(descriptor)


def test_a_server_that_cannot_start_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.experiment.measure.sites.sys.executable", "/bin/false")

    with pytest.raises(UsageError, match=r"^The local server for the downloads did not start"), opened((), 0.0):
        pass


@pytest.fixture
def elsewhere() -> Iterator[Any]:
    """A real server with one page for each way of answering; yields a function from path to address."""

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status = {"/fine": 200, "/gone": 404, "/moved": 302}[self.path]
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "/fine")
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *words: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Pages)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield lambda path: f"http://127.0.0.1:{server.server_port}{path}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_real_sites_are_taken_when_they_answer(elsewhere: Any) -> None:
    with opened((elsewhere("/fine"),), 0.0) as sites:
        outcome, seen = sites.observe(lambda: WorkerResult("ok", 0.1))

    assert (sites.urls, outcome.status, seen) == ([elsewhere("/fine")], "ok", None)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/gone", "answers with status 404; name a page that answers with 200 in --sites."),
        ("/moved", "redirects to /fine; name that page itself in --sites."),
    ],
)
def test_a_site_that_does_not_simply_answer_is_refused_in_one_sentence(elsewhere: Any, path: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        check(elsewhere(path))

    assert str(caught.value) == f"{elsewhere(path)} {words}"


def test_a_site_that_cannot_be_reached_is_refused_in_one_sentence() -> None:
    with contextlib.closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/"
    with pytest.raises(UsageError) as caught:
        check(url)

    assert str(caught.value) == f"{url} cannot be reached (ConnectionError). Check the address, or leave out --sites."


def test_what_is_no_address_is_refused() -> None:
    with pytest.raises(UsageError, match=r"^'ftp://x' is no address of a page"):
        check("ftp://x")


def test_stopping_twice_is_harmless() -> None:
    sites = Sites((), 0.0)
    sites.start()
    sites.stop()
    sites.stop()

    assert all(map(closed, sites.urls))


def test_signals_to_the_driver_s_group_do_not_reach_the_server(local: Any) -> None:
    assert os.getpgid(local._server.pid) != os.getpgid(0)
