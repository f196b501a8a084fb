"""The load on a service, in a process of its own: computes in a closed loop, and pings on a schedule.

`python -m harness.experiment.measure.load_generator` reads one JSON object (`LoadOrder`) and writes another
(`LoadReport`). A ping is sent when it is due, whether or not earlier ones were answered, and its latency counts from
that time. So time spent waiting for a server that stands still counts too (Gil Tene, "How NOT to Measure Latency",
2013, calls the omission of it coordinated omission).
"""

import asyncio
import json
import resource
import sys
import time
from collections import Counter
from typing import Any

import aiohttp
import msgspec
import psutil

from harness.records import Seconds

PING = "/ping"
ENOUGH_FAILURES = 10  # after these, nothing more is sent
UNKNOWN = object()  # an answer that may be anything


class LoadOrder(msgspec.Struct, frozen=True):
    """What to send where: `jobs` are paths, `expected` the JSON values that they have to be answered with.

    `pid` is the server's process, asked for its CPU time; `warmups` is how many computes each client sends beforehand.
    """

    port: int
    pid: int
    jobs: list[str]
    expected: list[Any]
    clients: int
    warmups: int
    timeout_seconds: float
    ping_every_seconds: float


class LoadReport(msgspec.Struct, frozen=True):
    """What came of the load; `failures` counts what went wrong, and with any of them there are no numbers to use.

    `late_seconds` says for each ping how long after its time it was sent; `load_cpu_seconds` is this process's CPU time
    during `seconds`, `whole_cpu_seconds` that of its life.
    """

    failures: dict[str, int]
    seconds: Seconds = 0.0
    answers: list[Any] = []
    ping_seconds: tuple[Seconds, ...] = ()
    late_seconds: tuple[Seconds, ...] = ()
    cpu_seconds: Seconds | None = None
    load_cpu_seconds: Seconds = 0.0
    whole_cpu_seconds: Seconds = 0.0


class Client:
    """Sends requests to one service and checks every answer; failures are counted, not raised."""

    def __init__(self, session: aiohttp.ClientSession, port: int) -> None:
        self._session = session
        self._address = f"http://127.0.0.1:{port}"
        self.failures: Counter[str] = Counter()

    async def get(self, path: str, *, expected: Any = UNKNOWN) -> Any:
        """Return the JSON value of an answer with status 200, which has to be the expected one where one is given.

        Failures are counted; after ten nothing more is sent.
        """
        if self.failures.total() >= ENOUGH_FAILURES:
            return None
        problem, answer = await self._asked(path)
        if problem is None and expected is not UNKNOWN and answer != expected:
            problem = "answered with something else than expected"
        if problem is not None:
            self.failures[f"{path} {problem}"] += 1
        return answer

    async def _asked(self, path: str) -> tuple[str | None, Any]:
        try:
            async with self._session.get(self._address + path, allow_redirects=False) as response:
                body = await response.read()
        except TimeoutError:
            return "not answered in time", None
        except (aiohttp.ClientError, OSError) as error:
            return f"not answered: {type(error).__name__}", None
        if response.status != 200:  # noqa: PLR2004 - OK
            return f"answered with status {response.status}", None
        try:
            return None, json.loads(body)
        except ValueError:
            return "answered with something that is not JSON", None


async def bombard(order: LoadOrder) -> LoadReport:
    """Warm up, send all jobs from `clients` clients and pings meanwhile, and wait for every answer."""
    timeout = aiohttp.ClientTimeout(total=order.timeout_seconds)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), timeout=timeout) as session:
        client = Client(session, order.port)
        pong = await client.get(PING)
        if client.failures:
            return LoadReport(failures=dict(client.failures))
        jobs = list(zip(order.jobs, order.expected, strict=True))
        warmup = jobs[:1] * (order.clients * order.warmups)
        await asyncio.gather(
            _closed_loop(client, warmup, order.clients), *(client.get(PING, expected=pong) for _ in warmup)
        )
        if client.failures:
            return LoadReport(failures=dict(client.failures))
        before = cpu_seconds(order.pid)
        own_before = _own_cpu_seconds()
        began = time.perf_counter()
        pinging = asyncio.create_task(_on_schedule(client, pong, order.ping_every_seconds))
        answers = await _closed_loop(client, jobs, order.clients)
        seconds = time.perf_counter() - began
        after = cpu_seconds(order.pid)
        own_after = _own_cpu_seconds()
        pinging.cancel()
        pings = await pinging
        return LoadReport(
            failures=dict(client.failures),
            seconds=seconds,
            answers=answers,
            ping_seconds=tuple(round(latency, 6) for latency, _ in pings),
            late_seconds=tuple(round(late, 6) for _, late in pings),
            cpu_seconds=None if before is None or after is None else after - before,
            load_cpu_seconds=own_after - own_before,
        )


async def _closed_loop(client: Client, jobs: list[tuple[str, Any]], clients: int) -> list[Any]:
    """Let each client send its next request when the last one was answered; return the answers in the jobs' order."""
    answers: list[Any] = [None] * len(jobs)
    queue = iter(enumerate(jobs))

    async def take() -> None:
        for number, (path, expected) in queue:
            answers[number] = await client.get(path, expected=expected)

    async with asyncio.TaskGroup() as group:
        for _ in range(clients):
            group.create_task(take())
    return answers


async def _on_schedule(client: Client, pong: Any, every_seconds: float) -> list[tuple[float, float]]:
    """Send pings, each at its time, until this is cancelled; return the latency of each and how late it was sent."""
    loop = asyncio.get_running_loop()

    async def ping(due: float) -> tuple[float, float]:
        late = loop.time() - due
        await client.get(PING, expected=pong)
        return loop.time() - due, late

    sent: list[asyncio.Task[tuple[float, float]]] = []
    began = loop.time()
    try:
        while True:
            due = began + len(sent) * every_seconds
            await asyncio.sleep(due - loop.time())
            sent.append(asyncio.create_task(ping(due)))
    except asyncio.CancelledError:
        return await asyncio.gather(*sent)


def cpu_seconds(pid: int) -> float | None:
    """Return the user and system seconds of a process and its descendants so far; None where one is gone."""
    try:
        server = psutil.Process(pid)
        used = [process.cpu_times() for process in (server, *server.children(recursive=True))]
    except psutil.Error:
        return None
    return float(sum(cpu.user + cpu.system for cpu in used))


def _own_cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    """Carry out the order on standard input."""
    report = asyncio.run(bombard(msgspec.json.decode(sys.stdin.buffer.readline(), type=LoadOrder)))
    report = msgspec.structs.replace(report, whole_cpu_seconds=_own_cpu_seconds())
    sys.stdout.buffer.write(msgspec.json.encode(report))


if __name__ == "__main__":
    main()
