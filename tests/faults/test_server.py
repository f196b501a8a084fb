"""The local server hangs, or something else answers in its place: failed trials, never wrong numbers."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from harness import ROOT
from harness.analysis.samples.filter import usable
from harness.experiment.measure import sites
from harness.experiment.measure.answers import TrialAnswer
from harness.experiment.measure.sites import Sites, Source, opened
from harness.experiment.measure.trial import Counts, as_measure_order, case_order
from harness.experiment.process import worker_process
from harness.experiment.process.limits import Watch
from harness.experiment.process.worker_process import WorkerResult
from harness.records import Case
from tests.builders import a_trial, an_experiment, settings

DOWNLOAD = ROOT / "workloads" / "download.py"
CASE = Case(workload="download", mode="serial", workers=1)


def download(source: Source, timeout: Any = 60.0) -> Any:
    order = case_order(source, CASE, settings(size="quick"), Counts(loops=1, values=1, warmups=0, jobs=4))
    return worker_process.run(Path(sys.executable), None, as_measure_order(order), TrialAnswer, Watch(timeout))


def test_a_server_that_hangs_in_mid_trial_fails_it_and_is_replaced_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with opened((), 0.001) as local:
        first, counted = local.observe(lambda: download(Source(DOWNLOAD, local)))
        os.kill(local._server.pid, signal.SIGSTOP)  # type: ignore[union-attr]
        monkeypatch.setattr(sites, "ANSWER_SECONDS", 1.0)
        before, _ = local.observe(lambda: WorkerResult("ok", 0.1, answer="not to be counted"))  # type: ignore[arg-type]
        monkeypatch.setattr(sites, "ANSWER_SECONDS", 60.0)

        def hangs() -> dict[str, str]:
            os.kill(local._server.pid, signal.SIGSTOP)  # type: ignore[union-attr]
            monkeypatch.setattr(sites, "ANSWER_SECONDS", 1.0)
            return download(Source(DOWNLOAD, local), timeout=2.0)  # type: ignore[no-any-return]

        during, seen = local.observe(hangs)  # type: ignore[arg-type]
        last, _ = local.observe(lambda: download(Source(DOWNLOAD, local)))

    assert (first.status, counted.requests) == ("ok", 4)  # type: ignore[union-attr]
    assert (before.status, before.reason) == ("failed", "the local server did not answer before the trial")
    assert (during.status, during.reason, seen) == (
        "failed",
        "the local server died during the trial, or no longer answers",
        None,
    )
    assert last.reason == "the local server is gone, and was replaced once already"


@pytest.fixture
def wrong() -> Iterator[Any]:
    """A server that answers with an error, with half a page, or with another page."""

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(500 if self.path == "/error" else 200)
            self.send_header("Content-Length", "100" if self.path == "/half" else "10")
            self.end_headers()
            self.wfile.write(b"0123456789")

        def log_message(self, *words: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Pages)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield lambda path: Source(DOWNLOAD, Sites([f"http://127.0.0.1:{server.server_port}/{path}"]))
    server.shutdown()
    thread.join()
    server.server_close()


def test_an_error_and_half_a_page_are_failures(wrong: Any) -> None:
    assert "answered with status 500, not 200" in download(wrong("error")).reason
    assert "10 bytes read, 90 more expected" in download(wrong("half")).reason


def test_another_page_is_another_answer_and_does_not_count(wrong: Any) -> None:
    with opened((), 0.001) as local:
        right = [download(Source(DOWNLOAD, local)).answer.answer for _ in range(2)]
    other = download(wrong("other")).answer.answer
    experiment = an_experiment(["3.13"], [("serial", 1)])
    journal = [a_trial(block=number, answer=answer) for number, answer in enumerate([*right, other], start=1)]

    assert right[0] == right[1] != other
    assert [trial.block for trial in usable(experiment, journal)] == [1, 2]
