"""The local sites are real, count what they see, and are gone when they should be."""

import contextlib
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from harness.errors import UsageError
from harness.experiment.measure.answers import TrialResult
from harness.experiment.measure.sites import Sites, check, opened


@pytest.fixture
def local() -> Iterator[Sites]:
    with opened((), 0.01) as sites:
        yield sites


def get(url: str) -> bytes:
    content: bytes = requests.get(url, timeout=20).content
    return content


def visit(sites: Sites, times: int = 1, together: int = 1) -> Callable[[], TrialResult]:
    """Return an outcome after so many downloads, so many at a time."""

    def run() -> TrialResult:
        with ThreadPoolExecutor(together) as pool:
            bodies = list(pool.map(get, [sites.urls[number % 2] for number in range(times)]))
        lengths: Any = sorted({len(body) for body in bodies})  # in the place of an answer, at which nothing looks
        return TrialResult("ok", 0.1, answer=lengths)

    return run


def kill_the_server(sites: Sites) -> None:
    assert sites._server is not None
    sites._server.kill()
    sites._server.wait()


def closed(url: str) -> bool:
    with contextlib.closing(socket.socket()) as client:
        return client.connect_ex((urlsplit(url).hostname, urlsplit(url).port)) != 0


def test_two_sites_of_different_size_answer_on_loopback(local: Sites) -> None:
    outcome, _ = local.observe(visit(local, times=4))

    lengths: Any = outcome.answer
    assert lengths == [9800, 40500]
    assert {urlsplit(url).hostname for url in local.urls} == {"127.0.0.1"}
    assert len({urlsplit(url).port for url in local.urls}) == 2


def test_requests_and_their_peak_are_counted_for_each_trial(local: Sites) -> None:
    _, one_by_one = local.observe(visit(local, times=3))
    _, together = local.observe(visit(local, times=30, together=10))

    assert one_by_one is not None
    assert together is not None
    assert (one_by_one.requests, one_by_one.peak_in_flight) == (3, 1)
    assert together.requests == 30
    assert 2 <= together.peak_in_flight <= 10
    assert together.cpu_seconds > 0


def test_a_connection_is_counted_once_however_many_requests_share_it(local: Sites) -> None:
    def share() -> TrialResult:
        with requests.Session() as session:
            for _ in range(3):
                session.get(local.urls[0], timeout=20)
        return TrialResult("ok", 0.1)

    _, apart = local.observe(visit(local, times=3))
    _, shared = local.observe(share)

    assert apart is not None
    assert shared is not None
    assert (apart.connections, apart.requests) == (3, 3)
    assert (shared.connections, shared.requests) == (1, 3)


def test_visits_between_trials_are_not_counted(local: Sites) -> None:
    get(local.urls[0])
    _, counted = local.observe(visit(local, times=2))

    assert counted is not None
    assert counted.requests == 2


def test_the_sites_are_gone_with_their_block() -> None:
    with opened((), 0.0) as sites:
        urls = sites.urls
        assert not any(map(closed, urls))

    assert all(map(closed, urls))


def test_a_server_that_dies_between_trials_is_replaced_once(local: Sites) -> None:
    kill_the_server(local)
    outcome, counted = local.observe(visit(local, times=2))
    assert counted is not None
    assert (outcome.status, counted.requests) == ("ok", 2)

    kill_the_server(local)
    outcome, counted = local.observe(visit(local, times=2))
    assert (outcome.status, outcome.reason, counted) == (
        "failed",
        "the local server is gone, and was replaced once already",
        None,
    )


def test_a_server_that_dies_during_a_trial_fails_it_whatever_the_trial_says(local: Sites) -> None:
    def run() -> TrialResult:
        kill_the_server(local)
        answer: Any = "numbers that must not count"
        return TrialResult("ok", 0.5, answer=answer)

    outcome, counted = local.observe(run)

    assert (outcome.status, outcome.answer, outcome.reason, counted) == (
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
def elsewhere() -> Iterator[Callable[[str], str]]:
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

        def log_message(self, *words: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Pages)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield lambda path: f"http://127.0.0.1:{server.server_port}{path}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_real_sites_are_taken_when_they_answer(elsewhere: Callable[[str], str]) -> None:
    with opened((elsewhere("/fine"),), 0.0) as sites:
        outcome, counted = sites.observe(lambda: TrialResult("ok", 0.1))

    assert (sites.urls, outcome.status, counted) == ([elsewhere("/fine")], "ok", None)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/gone", "answers with status 404; name a page that answers with 200 in --sites."),
        ("/moved", "redirects to /fine; name that page itself in --sites."),
    ],
)
def test_a_site_that_does_not_simply_answer_is_refused_in_one_sentence(
    elsewhere: Callable[[str], str], path: str, words: str
) -> None:
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


def test_signals_to_the_driver_s_group_do_not_reach_the_server(local: Sites) -> None:
    assert local._server is not None
    assert os.getpgid(local._server.pid) != os.getpgid(0)
