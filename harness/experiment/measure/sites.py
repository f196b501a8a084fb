"""The sites that a workload downloads from: a local server, which counts and is replaced once, or real ones."""

import contextlib
import json
import select
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

import msgspec
import requests

from harness.errors import UsageError
from harness.experiment.measure.answers import TrialResult
from harness.experiment.process.environment import environment, has_proxy
from harness.experiment.process.worker_process import WorkerResult
from harness.records import Server, Workload

ANSWER_SECONDS = 20.0  # a server that takes longer to start, or to report its counts, is taken for dead


@dataclass(frozen=True)
class Source:
    """A workload's file, the sites that its jobs need, which point of the file's series it is, a service's clients."""

    file: Path
    sites: "Sites"
    point: str | None = None
    clients: int | None = None


class Sites:
    """Where to download from: nowhere, real pages, or, with a latency, a local server that is replaced once."""

    def __init__(self, urls: Sequence[str], latency_seconds: float | None = None) -> None:
        self.urls = list(urls)
        self._latency_seconds = latency_seconds
        self._server: subprocess.Popen[str] | None = None
        self._replaced = False

    def start(self) -> None:
        """Start the local server and learn its URLs; UsageError when it does not come up."""
        command = [sys.executable, "-m", "harness.experiment.measure.site_server", str(self._latency_seconds)]
        self._server = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment(None),
            start_new_session=True,
        )
        ready = self._line()
        if ready is None:
            self.stop()
            message = "The local server for the downloads did not start (see its output above)."
            raise UsageError(message)
        self.urls = json.loads(ready)

    def stop(self) -> None:
        """End the local server; it is gone when this returns."""
        if self._server is not None:
            self._server.kill()
            self._server.wait()
            for pipe in self._pipes():
                with contextlib.suppress(OSError):  # what was not delivered to a dead server is lost with it
                    pipe.close()
            self._server = None

    def _revived(self) -> bool:
        """Replace a server that is gone, once; return whether there is one."""
        if self._alive():
            return True
        if self._replaced:
            return False
        self._replaced = True
        self.stop()
        try:
            self.start()
        except UsageError:  # in the middle of a run the other workloads go on
            return False
        return True

    def observe(self, run: Callable[[], TrialResult]) -> tuple[TrialResult, Server | None]:
        """Run one trial and return it with what the local server counted; without a server it has failed."""
        if self._latency_seconds is None:
            return run(), None
        if not self._revived():
            return WorkerResult("failed", 0.0, reason="the local server is gone, and was replaced once already"), None
        if self._counts() is None:
            return WorkerResult("failed", 0.0, reason="the local server did not answer before the trial"), None
        result = run()
        counts = self._counts()
        if counts is None:
            reason = "the local server died during the trial, or no longer answers"
            return WorkerResult("failed", result.elapsed_seconds, reason=reason), None
        return result, counts

    def _counts(self) -> Server | None:
        if not self._alive():
            return None
        with contextlib.suppress(OSError):
            print(file=self._pipes()[0], flush=True)
        answer = self._line()
        if answer is None:
            self.stop()  # its late answer would be taken for that of a later trial
            return None
        return msgspec.json.decode(answer, type=Server)

    def _alive(self) -> bool:
        return self._server is not None and self._server.poll() is None

    def _pipes(self) -> tuple[IO[str], IO[str]]:
        server = self._server
        if server is None or server.stdin is None or server.stdout is None:
            message = "there is no local server to talk to"
            raise RuntimeError(message)
        return server.stdin, server.stdout

    def _line(self) -> str | None:
        output = self._pipes()[1]
        readable, _, _ = select.select([output], [], [], ANSWER_SECONDS)
        return (output.readline() or None) if readable else None


@contextmanager
def opened(urls: Sequence[str], latency_seconds: float) -> Iterator[Sites]:
    """Yield real sites, each of which answered once, or the local ones, which end with the block."""
    if urls:
        for url in urls:
            check(url)
        yield Sites(urls)
        return
    local = Sites((), latency_seconds)
    try:
        local.start()
        yield local
    finally:
        local.stop()


def check(url: str) -> None:
    """Get a page once; UsageError in one sentence when it cannot be what a trial downloads."""
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).netloc:
        message = f"{url!r} is no address of a page; write it like http://127.0.0.1:8000/."
        raise UsageError(message)
    try:
        with requests.Session() as session:
            session.trust_env = False  # no proxy: not all of the clients that are measured would take it
            response = session.get(url, allow_redirects=False, timeout=10)
    except requests.RequestException as error:
        proxy = "; no proxy is used" if has_proxy() else ""
        message = f"{url} cannot be reached ({type(error).__name__}). Check the address, or leave out --sites{proxy}."
        raise UsageError(message) from error
    if response.is_redirect:
        message = f"{url} redirects to {response.headers.get('location')}; name that page itself in --sites."
        raise UsageError(message)
    if response.status_code != requests.codes.ok:
        message = f"{url} answers with status {response.status_code}; name a page that answers with 200 in --sites."
        raise UsageError(message)


@contextmanager
def sources(
    files: Mapping[str, Path], workloads: Sequence[Workload], urls: Sequence[str]
) -> Iterator[dict[str, Source]]:
    """Yield every workload's file with the sites that it needs; local servers end with the block."""
    with ExitStack() as stack:
        by_workload = {}
        for workload in workloads:
            sites = Sites(())
            if workload.latency_seconds is not None:
                sites = stack.enter_context(opened(urls, workload.latency_seconds))
            file = files[workload.name]
            point = workload.name.removeprefix(file.stem)[1:] or None
            by_workload[workload.name] = Source(file, sites, point, workload.clients)
        yield by_workload
