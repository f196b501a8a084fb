# /// script
# dependencies = ["requests", "aiohttp"]
# ///
"""Mixed: download pages and parse them. Waiting overlaps everywhere, parsing only where bytecode runs in parallel."""

import hashlib
import re
from contextlib import asynccontextmanager, contextmanager

GROUP = "everyday"
BOUND = "io"
LIBRARIES = {"run": "requests", "run_async": "aiohttp"}
SIZES = {"quick": 20, "default": 60}
LATENCY_SECONDS = {"quick": 0.005, "default": 0.005}


def jobs(size, sites):
    return [sites[number % len(sites)] for number in range(size)]


@contextmanager
def resource():
    import requests

    with requests.Session() as session:
        yield session


def run(url, session):
    with session.get(url, allow_redirects=False) as response:
        return parsed(url, response.status_code, response.content)


@asynccontextmanager
async def async_resource():
    import aiohttp

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        yield session


async def run_async(url, session):
    async with session.get(url, allow_redirects=False) as response:
        return parsed(url, response.status, await response.read())


def parsed(url, status, body):
    if status != 200:
        raise OSError(f"{url} answered with status {status}, not 200")
    counts = {}
    for word in re.findall(r"[a-z]+", body.decode().lower()):
        counts[word] = counts.get(word, 0) + 1
    return hashlib.sha256(repr(sorted(counts.items())).encode()).hexdigest()
