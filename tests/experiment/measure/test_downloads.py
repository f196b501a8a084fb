"""Downloads from the real local server with real clients, through the whole command."""

import contextlib
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from harness.analysis.checks import findings
from harness.records import Server, Trial
from harness.runs import read_journal
from tests.shared.driver import Bench, WorkloadWriter

DOWNLOAD = ("--workload", "download", "--quick", "--blocks", "1")


def test_every_mode_asks_the_local_sites_for_what_the_case_makes_and_no_proxy_catches_it(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")  # nothing listens there
    outcome = bench(*DOWNLOAD)
    loops = {
        planned.case.mode: planned.warmups + planned.loops * planned.values for planned in outcome.experiment.cases
    }

    assert {(t.mode, t.status, server_of(t).requests) for t in outcome.trials} == {
        (mode, "ok", 20 * loops[mode]) for mode in ("serial", "threads", "processes", "asyncio")
    }
    assert len({trial.answer for trial in outcome.trials}) == 1
    peaks = {trial.mode: server_of(trial).peak_in_flight for trial in outcome.trials}
    assert peaks["serial"] == 1
    assert all(1 < peaks[mode] <= 20 for mode in ("threads", "processes", "asyncio"))
    assert "requests-do-not-fit" not in {
        finding.check for finding in findings(outcome.experiment, read_journal(outcome.run))
    }


def test_a_process_for_each_of_forty_downloads_is_left_out_with_the_reason(bench: Bench) -> None:
    output = bench("--workload", "download", "--everything", "--plan").output

    assert "download is not measured in mode processes with 40 workers: starting 40 processes on" in output
    assert "download/threads/40" in output


def test_a_site_that_answers_with_an_error_fails_its_trials_and_nothing_else(
    bench: Bench, workload: WorkloadWriter
) -> None:
    source = """
        BOUND = "io"
        SIZES = {"quick": 3}
        def jobs(size, sites): return [sites[0] + "nowhere"] * size
        def run(url):
            import urllib.request
            with urllib.request.urlopen(url) as answer:
                return len(answer.read())
    """
    outcome = bench("--workload", workload(source), "--quick", "--blocks", "1", "--modes", "serial")

    assert [(trial.status, trial.reason) for trial in outcome.trials] == [
        ("failed", "HTTPError: HTTP Error 404: Not Found (line 7 of the workload)")
    ]


def test_real_sites_that_cannot_be_reached_are_refused_before_anything_is_measured(bench: Bench) -> None:
    with contextlib.closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/"
    outcome = bench(*DOWNLOAD, "--sites", f"{url},{url}")

    assert outcome.output == f"{url} cannot be reached (ConnectionError). Check the address, or leave out --sites.\n"
    assert (outcome.code, outcome.runs) == (2, [])


def server_of(trial: Trial) -> Server:
    assert trial.server is not None, trial
    return trial.server


def started(environments: Path, tmp_path: Path, *words: str) -> subprocess.Popen[str]:
    results = ("--workload", "download", "--results", str(tmp_path / "results"))
    command = [sys.executable, "-m", "harness", "measure", str(environments), *words, *results]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def wait_for_trials(process: subprocess.Popen[str], tmp_path: Path, count: int) -> None:
    def measured_trials() -> list[Trial]:
        return [trial for run in tmp_path.glob("results/*") for trial in read_journal(run).trials]

    while len(measured_trials()) < count:
        assert process.stdout is not None
        assert process.poll() is None, process.stdout.read()
        time.sleep(0.02)


def children(pid: int) -> list[int]:
    """The servers that a driver has started: those of its children that run our server module."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [
        int(child)
        for child in listed
        if b"harness.experiment.measure.site_server" in Path(f"/proc/{child}/cmdline").read_bytes()
    ]
