"""The local sites: an HTTP server in a process of its own, on loopback, that answers after a fixed latency and counts.

`python -m harness.experiment.measure.site_server LATENCY_SECONDS` prints one JSON line with the sites' URLs, then, for
each line it reads, one with the counts since the last. It ends when its standard input does, and so with its parent.
"""

import asyncio
import json
import resource
import sys
from collections.abc import Callable
from functools import partial

from aiohttp import web

BODIES = (b"a small page. " * 700, b"a larger page. " * 2700)  # 10 kB and 40 kB, like the sites of the tutorial
BACKLOG = 1024  # more than any case has workers, so that no client waits to be accepted


class Traffic:
    """What came in since the last question; a connection counts once, when it is accepted."""

    def __init__(self) -> None:
        self.connections = 0
        self.requests = 0
        self.in_flight = 0
        self.peak_in_flight = 0
        self.cpu_seconds = _cpu_seconds()

    def accept(self, handlers: Callable[[], asyncio.Protocol]) -> asyncio.Protocol:
        """Count a connection and return what handles it."""
        self.connections += 1
        return handlers()

    def taken(self) -> dict[str, float]:
        """Return the counts and start again from zero."""
        now = _cpu_seconds()
        counts = {
            "connections": self.connections,
            "requests": self.requests,
            "peak_in_flight": self.peak_in_flight,
            "cpu_seconds": now - self.cpu_seconds,
        }
        self.connections = 0
        self.requests = 0
        self.peak_in_flight = self.in_flight
        self.cpu_seconds = now
        return counts


def _cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


async def open_site(body: bytes, latency_seconds: float, traffic: Traffic) -> str:
    """Serve one page on an ephemeral loopback port and return its URL."""

    async def page(_: web.Request) -> web.Response:
        traffic.requests += 1
        traffic.in_flight += 1
        traffic.peak_in_flight = max(traffic.peak_in_flight, traffic.in_flight)
        try:
            await asyncio.sleep(latency_seconds)
            return web.Response(body=body, content_type="text/plain")
        finally:
            traffic.in_flight -= 1

    site = web.Application()
    site.router.add_get("/", page)
    runner = web.AppRunner(site, access_log=None)
    await runner.setup()
    if runner.server is None:
        message = "aiohttp set up a site without its handlers"
        raise RuntimeError(message)
    accept = partial(traffic.accept, runner.server)
    server = await asyncio.get_running_loop().create_server(accept, "127.0.0.1", 0, backlog=BACKLOG)
    host, port = server.sockets[0].getsockname()
    return f"http://{host}:{port}/"


async def serve(latency_seconds: float) -> None:
    """Open the sites and answer questions until standard input ends."""
    traffic = Traffic()
    print(json.dumps([await open_site(body, latency_seconds, traffic) for body in BODIES]), flush=True)
    questions = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(questions), sys.stdin)
    while await questions.readline():
        print(json.dumps(traffic.taken()), flush=True)


if __name__ == "__main__":
    asyncio.run(serve(float(sys.argv[1])))
