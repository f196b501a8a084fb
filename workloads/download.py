# /// script
# dependencies = ["requests", "aiohttp"]
# ///
"""I/O-bound: download pages over HTTP, one session per worker, never shared between threads."""

import hashlib
from contextlib import asynccontextmanager, contextmanager

BOUND = "io"
LIBRARIES = {"run": "requests", "run_async": "aiohttp"}
# A client needs about a millisecond of a CPU for each page. With these latencies twenty of them still wait most of the
# time, so that modes are compared by how they wait, and one page after the other takes no more than two seconds.
SIZES = {"quick": 20, "default": 40, "original": 160}
LATENCY_SECONDS = {"quick": 0.025, "default": 0.05, "original": 0.07}


def jobs(size, sites):
    return [sites[number % len(sites)] for number in range(size)]


@contextmanager
def resource():
    import requests

    with requests.Session() as session:
        yield session


def run(url, session):
    # No timeout, as in the tutorials: with one, requests waits twice for each read, which under the GIL costs twenty
    # threads a tenth of their time. A trial as a whole has one.
    with session.get(url, allow_redirects=False) as response:
        return checked(url, response.status_code, response.content)


@asynccontextmanager
async def async_resource():
    import aiohttp

    # By default a session opens 100 connections at most, and 160 tasks would wait for each other.
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        yield session


async def run_async(url, session):
    async with session.get(url, allow_redirects=False) as response:
        return checked(url, response.status, await response.read())


def checked(url, status, body):
    if status != 200:
        raise OSError(f"{url} answered with status {status}, not 200")
    return len(body), hashlib.sha256(body).hexdigest()
