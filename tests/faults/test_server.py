"""The local server hangs, or something else answers in its place: failed trials, never wrong numbers."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from harness import ROOT
from harness.analysis.samples.filter import usable
from harness.experiment.measure import sites
from harness.experiment.measure.answers import TrialAnswer, TrialResult
from harness.experiment.measure.sites import Sites, Source, opened
from harness.experiment.measure.trial import Counts, as_measure_order, case_order
from harness.experiment.process import worker_process
from harness.experiment.process.limits import Watch
from harness.records import Case
from tests.builders import a_trial, an_experiment, settings

DOWNLOAD = ROOT / "workloads" / "download.py"
CASE = Case(workload="download", mode="serial", workers=1)


def download(source: Source, timeout: float = 60.0) -> TrialResult:
    order = case_order(source, CASE, settings(size="quick"), Counts(loops=1, values=1, warmups=0, jobs=4))
    return worker_process.run(Path(sys.executable), None, as_measure_order(order), TrialAnswer, Watch(timeout))


def stop(local: Sites) -> None:
    assert local._server is not None
    os.kill(local._server.pid, signal.SIGSTOP)


def answer_of(result: TrialResult) -> str | None:
    assert result.answer is not None, result.reason
    return result.answer.answer


def test_a_server_that_hangs_in_mid_trial_fails_it_and_is_replaced_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with opened((), 0.001) as local:
        first, counted = local.observe(lambda: download(Source(DOWNLOAD, local)))
        stop(local)
        monkeypatch.setattr(sites, "ANSWER_SECONDS", 1.0)
        before, _ = local.observe(lambda: TrialResult("ok", 0.1))
        monkeypatch.setattr(sites, "ANSWER_SECONDS", 60.0)

        def hangs() -> TrialResult:
            stop(local)
            monkeypatch.setattr(sites, "ANSWER_SECONDS", 1.0)
            return download(Source(DOWNLOAD, local), timeout=2.0)

        during, counted_during = local.observe(hangs)
        last, _ = local.observe(lambda: download(Source(DOWNLOAD, local)))

    assert counted is not None
    assert (first.status, counted.requests) == ("ok", 4)
    assert (before.status, before.reason) == ("failed", "the local server did not answer before the trial")
    assert (during.status, during.reason, counted_during) == (
        "failed",
        "the local server died during the trial, or no longer answers",
        None,
    )
    assert last.reason == "the local server is gone, and was replaced once already"


@pytest.fixture
def wrong() -> Iterator[Callable[[str], Source]]:
    """A server that answers with an error, with half a page, or with another page."""

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(500 if self.path == "/error" else 200)
            self.send_header("Content-Length", "100" if self.path == "/half" else "10")
            self.end_headers()
            self.wfile.write(b"0123456789")

        def log_message(self, *words: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Pages)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield lambda path: Source(DOWNLOAD, Sites([f"http://127.0.0.1:{server.server_port}/{path}"]))
    server.shutdown()
    thread.join()
    server.server_close()


def test_an_error_and_half_a_page_are_failures(wrong: Callable[[str], Source]) -> None:
    assert "answered with status 500, not 200" in (download(wrong("error")).reason or "")
    assert "10 bytes read, 90 more expected" in (download(wrong("half")).reason or "")


def test_another_page_is_another_answer_and_does_not_count(wrong: Callable[[str], Source]) -> None:
    with opened((), 0.001) as local:
        right = [answer_of(download(Source(DOWNLOAD, local))) for _ in range(2)]
    other = answer_of(download(wrong("other")))
    experiment = an_experiment(["3.13"], [("serial", 1)])
    journal = [a_trial(block=number, answer=answer) for number, answer in enumerate([*right, other], start=1)]

    assert right[0] == right[1] != other
    assert [trial.block for trial in usable(experiment, journal)] == [1, 2]
