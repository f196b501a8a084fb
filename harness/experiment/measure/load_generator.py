"""The load on a service, in a process of its own: computes in a closed loop, and pings on a schedule.

`python -m harness.experiment.measure.load_generator` reads one JSON object (`LoadOrder`) and writes another
(`LoadReport`). A ping is sent when it is due, whether or not earlier ones were answered, and its latency counts from
that time. So time spent waiting for a server that stands still counts too (Gil Tene, "How NOT to Measure Latency",
2013, calls the omission of it coordinated omission). Every case gets the same number of pings, because the 99th
percentile of few is their largest; computes go on until the last ping is answered, so that all meet the same load.
"""

import asyncio
import json
import resource
import selectors
import sys
import time
from collections import Counter
from contextlib import suppress
from itertools import cycle
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

    `pid` is the server's process, asked for its CPU time; `warmups` is how many computes each client sends beforehand,
    `pings` how many pings are sent in all.
    """

    port: int
    pid: int
    jobs: list[str]
    expected: list[Any]
    clients: int
    warmups: int
    timeout_seconds: float
    pings: int
    ping_every_seconds: float


class LoadReport(msgspec.Struct, frozen=True):
    """What came of the load; `failures` counts what went wrong, and with any of them there are no numbers to use.

    `seconds` is how long all jobs took, once. `late_seconds` says for each ping how long after its time it was sent;
    `load_cpu_seconds` is this process's CPU time during `seconds`, `whole_cpu_seconds` that of its life.
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


class Computes:
    """Clients in closed loops, each of which sends its next job when the last one was answered.

    All jobs are sent once, in their order, and again from the first until there is `enough`.
    """

    def __init__(self, client: Client, jobs: list[tuple[str, Any]]) -> None:
        self._client = client
        self._turns = enumerate(cycle(jobs))
        self._unanswered = len(jobs)
        self.answers: list[Any] = [None] * len(jobs)
        self.once = asyncio.Event()
        self.enough = False

    async def take(self) -> None:
        """Be one of the clients."""
        for turn, (path, expected) in self._turns:
            answer = await self._client.get(path, expected=expected)
            if turn < len(self.answers):
                self.answers[turn] = answer
                self._unanswered -= 1
            if not self._unanswered:
                self.once.set()
                if self.enough or self._client.failures:  # after many failures nothing more is sent, nor waited for
                    return


async def bombard(order: LoadOrder) -> LoadReport:
    """Warm up, send all jobs from `clients` clients and pings meanwhile, and wait for every answer."""
    timeout = aiohttp.ClientTimeout(total=order.timeout_seconds)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), timeout=timeout) as session:
        client = Client(session, order.port)
        pong = await client.get(PING)
        jobs = list(zip(order.jobs, order.expected, strict=True))
        if not client.failures:
            await asyncio.gather(*(_warm_up(client, jobs[0], pong, order.warmups) for _ in range(order.clients)))
        if client.failures:
            return LoadReport(failures=dict(client.failures))
        computes = Computes(client, jobs)
        before = cpu_seconds(order.pid)
        own_before = _own_cpu_seconds()
        began = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            pinging = group.create_task(_on_schedule(client, pong, order))
            for _ in range(order.clients):
                group.create_task(computes.take())
            await computes.once.wait()
            seconds = time.perf_counter() - began
            after = cpu_seconds(order.pid)
            own_after = _own_cpu_seconds()
            pings = await pinging
            computes.enough = True
        return LoadReport(
            failures=dict(client.failures),
            seconds=seconds,
            answers=computes.answers,
            ping_seconds=tuple(round(latency, 6) for latency, _ in pings),
            late_seconds=tuple(round(late, 6) for _, late in pings),
            cpu_seconds=None if before is None or after is None else after - before,
            load_cpu_seconds=own_after - own_before,
        )


async def _warm_up(client: Client, job: tuple[str, Any], pong: Any, times: int) -> None:
    """Be one of the clients, each of which sends a job and a ping in turn."""
    for _ in range(times):
        await client.get(job[0], expected=job[1])
        await client.get(PING, expected=pong)


async def _on_schedule(client: Client, pong: Any, order: LoadOrder) -> list[tuple[float, float]]:
    """Send every ping at its time; return the latency of each and how late it was sent."""
    loop = asyncio.get_running_loop()

    async def ping(due: float) -> tuple[float, float]:
        late = loop.time() - due
        await client.get(PING, expected=pong)
        return loop.time() - due, late

    sent: list[asyncio.Task[tuple[float, float]]] = []
    began = loop.time()
    while len(sent) < order.pings:
        due = began + len(sent) * order.ping_every_seconds
        await asyncio.sleep(due - loop.time())
        sent.append(asyncio.create_task(ping(due)))
    return await asyncio.gather(*sent)


def _punctual_loop() -> asyncio.AbstractEventLoop:
    """Return an event loop that wakes up within a tenth of a millisecond where a CPU is free.

    The usual selector rounds its timeouts up to milliseconds, and Linux may add 50 µs for the sake of batteries.
    """
    with suppress(OSError), open("/proc/self/timerslack_ns", "w") as slack:  # noqa: PTH123 - a file of the kernel's
        slack.write("1")
    return asyncio.SelectorEventLoop(selectors.SelectSelector())


def cpu_seconds(pid: int) -> float | None:
    """Return the user and system seconds of a process and its descendants so far; None where one is gone."""
    try:
        server = psutil.Process(pid)
        used = [process.cpu_times() for process in (server, *server.children(recursive=True))]
    except (psutil.Error, OSError):  # or there is no /proc
        return None
    return float(sum(cpu.user + cpu.system for cpu in used))


def _own_cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    """Carry out the order on standard input."""
    order = msgspec.json.decode(sys.stdin.buffer.readline(), type=LoadOrder)
    with asyncio.Runner(loop_factory=_punctual_loop) as runner:
        report = runner.run(bombard(order))
    report = msgspec.structs.replace(report, whole_cpu_seconds=_own_cpu_seconds())
    sys.stdout.buffer.write(msgspec.json.encode(report))


if __name__ == "__main__":
    main()
