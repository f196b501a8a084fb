"""One trial of a service: be its server under the arm that is measured, until the driver's signal ends it.

The load comes from elsewhere, and so do the seconds. It is the same server under every arm: uvicorn with h11 and the
standard library's event loop, because its compiled extras are not there for every interpreter.
"""

import contextlib
import json
import logging
import os
import signal
import socket
from time import perf_counter
from types import ModuleType
from typing import Any

from harness.worker import canary, gil, workload_file
from harness.worker.executors import EXECUTORS
from harness.worker.orders import Announcement, GilState, ServeAnswer, ServeOrder
from harness.worker.usage import usable_cpus

GRACE_SECONDS = 5  # for requests that are still being answered when the server has to stop
BACKLOG = 1024


def serve(order: ServeOrder) -> ServeAnswer:
    """Serve one case until SIGTERM and return the server's part of the trial's journal line."""
    gil_before_import = gil.enabled()
    workload = workload_file.module(order["path"])
    jobs = workload_file.ordered_jobs(workload, order)
    mode = order["mode"]
    obstacle = workload_file.obstacle(workload, mode)
    if obstacle is not None:
        raise workload_file.WorkloadError(obstacle)
    uvicorn = _uvicorn()
    expected = [workload.expected(job) for job in jobs]
    signal.signal(signal.SIGTERM, lambda *_: None)  # uvicorn has a handler of its own, and raises the signal once more
    count = canary.how_many(mode, order["workers"], order["start_method"], usable_cpus())
    pool: list[GilState] = []
    with EXECUTORS[mode](workload, order["workers"], order["start_method"], pool) as executor:
        app = workload.service(executor)
        gil_after_import = gil.enabled()
        canaries = [_canary(count)]
        with _listening() as listening:
            port = listening.getsockname()[1]
            _announce(order["ready"], {"port": port, "jobs": jobs, "expected": expected})
            _run(uvicorn, app, listening)
    canaries.append(_canary(count))
    return {
        "canary": canary.kind(count),
        "canaries_seconds": sum(cost for _, cost in canaries),
        "canary_seconds": [seconds for seconds, _ in canaries],
        "gil": {
            "free_threaded_build": gil.free_threaded_build(),
            "before_import": gil_before_import,
            "after_import": gil_after_import,
            "at_end": gil.enabled(),
            "pool": pool,
        },
        "usable_cpus": usable_cpus(),
        "start_method": order["start_method"] if mode == "processes" else None,
    }


def _uvicorn() -> Any:
    try:
        import uvicorn  # noqa: PLC0415 - nothing but a service needs it
    except ModuleNotFoundError:
        message = 'a service is run by uvicorn; add "uvicorn" to the dependencies in its script block.'
        raise workload_file.WorkloadError(message) from None
    return uvicorn


def _listening() -> socket.socket:
    """Listen on a port of loopback that is free.

    The protocol is named because asyncio switches Nagle's algorithm off only where it is: with a socket from
    `socket.create_server` every answer, sent as head and body, waited 40 ms for the client's delayed acknowledgement.
    """
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    listening.listen(BACKLOG)
    return listening


def _run(uvicorn: ModuleType, app: Any, listening: socket.socket) -> None:
    config = uvicorn.Config(
        app, http="h11", ws="none", loop="asyncio", log_level="warning", timeout_graceful_shutdown=GRACE_SECONDS
    )
    server = uvicorn.Server(config)
    errors = _LoggedErrors()
    logging.getLogger("uvicorn.error").addHandler(errors)
    with contextlib.suppress(SystemExit):  # so it ends when the app does not start; a failed trial has a reason
        server.run(sockets=[listening])
    if not server.started:
        message = f"the service did not start: {' '.join(errors.messages)}"
        raise RuntimeError(message)


class _LoggedErrors(logging.Handler):
    """Keeps the errors that the server logs."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one message."""
        self.messages.append(record.getMessage())


def _announce(file: str, announcement: Announcement) -> None:
    unfinished = f"{file}.new"
    with open(unfinished, "w", encoding="utf-8") as written:  # noqa: PTH123 - as in __main__: pathlib costs 3 ms
        json.dump(announcement, written)
    os.replace(unfinished, file)  # noqa: PTH105


def _canary(count: int) -> tuple[float, float]:
    """Return a canary's seconds and what both runs cost: the first pays for its own first run, the second counts."""
    began = perf_counter()
    canary.seconds(count)
    return canary.seconds(count), perf_counter() - began
