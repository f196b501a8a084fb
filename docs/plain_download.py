"""The download experiment without the harness: scripts after a well-known tutorial, timed by hand.

Start two sites, then run this under each interpreter on an otherwise idle machine with their addresses, for example

    .nox/driver/bin/python -m harness.experiment.measure.site_server 0.05
    .nox/bench-3-13t/bin/python docs/plain_download.py http://127.0.0.1:PORT/ http://127.0.0.1:PORT/

It prints the median and the range of 9 rounds in milliseconds, with the start and stop of the pools, and each way's
speed-up over serial within the same round. With `--way threads --rounds 5 --warmups 2` after the addresses it times one
way alone and prints the milliseconds of each round; `asyncio` is the tutorial's, a task for each page behind a
semaphore, and `asyncio-workers` the same with as many tasks as workers. With `--digest` each page is hashed as well, as
the harness's workload does to compare answers.
"""

import argparse
import asyncio
import contextlib
import gc
import hashlib
import statistics
import sys
import threading
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import aiohttp
import requests

JOBS = 40
WORKERS = 20
ROUNDS = 9
local = threading.local()
timeout = None


def answer(body):
    return len(body)


def digest(body):
    return len(body), hashlib.sha256(body).hexdigest()


def get_session():
    if not hasattr(local, "session"):
        local.session = requests.Session()
    return local.session


def download_site(url):
    with get_session().get(url, timeout=timeout) as response:
        return answer(response.content)


def serial(urls):
    with requests.Session() as session:
        return [answer(session.get(url).content) for url in urls]


def threads(urls):
    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(download_site, urls))


def processes(urls):
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("fork")) as pool:
        return list(pool.map(download_site, urls))


async def gather(urls, gate):
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def download(url):
            async with gate, session.get(url) as response:
                return answer(await response.read())

        return await asyncio.gather(*map(download, urls))


def tasks(urls):
    return asyncio.run(gather(urls, asyncio.Semaphore(WORKERS)))


def at_once(urls):
    return asyncio.run(gather(urls, contextlib.nullcontext()))


async def take_turns(urls):
    answers = [None] * len(urls)
    queue = iter(enumerate(urls))
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def worker():
            for number, url in queue:
                async with session.get(url) as response:
                    answers[number] = answer(await response.read())

        await asyncio.gather(*(worker() for _ in range(WORKERS)))
    return answers


def workers(urls):
    return asyncio.run(take_turns(urls))


def milliseconds(way, urls):
    gc.collect()  # what the round before left, such as its sockets
    began = time.perf_counter()
    way(urls)
    return (time.perf_counter() - began) * 1000


def one_way(way, urls, rounds, warmups):
    times = [milliseconds(way, urls) for _ in range(warmups + rounds)]
    print(*times[warmups:], sep="\n")


def every_way(ways, urls):
    rounds = [[milliseconds(way, urls) for way in ways] for _ in range(ROUNDS + 1)][1:]  # the first round warms up
    gil = getattr(sys, "_is_gil_enabled", lambda: True)()
    print(f"{sys.version.split()[0]}, GIL {'on' if gil else 'off'}")
    for number, way in enumerate(ways):
        times = [one_round[number] for one_round in rounds]
        speedup = statistics.median(one_round[0] / one_round[number] for one_round in rounds)
        print(
            f"{way.__name__:<10}{statistics.median(times):8.1f}  [{min(times):.1f}, {max(times):.1f}]  ×{speedup:.2f}"
        )


if __name__ == "__main__":
    named = {"serial": serial, "threads": threads, "processes": processes}
    named |= {"asyncio": tasks, "asyncio-at-once": at_once, "asyncio-workers": workers}
    parser = argparse.ArgumentParser()
    parser.add_argument("sites", nargs=2, metavar="URL")
    parser.add_argument("--way", choices=named, help="time this one alone (default: the first four, in turn)")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--warmups", type=int, default=1)
    parser.add_argument("--digest", action="store_true", help="hash each page as well")
    parser.add_argument("--timeout", type=float, metavar="SECONDS", help="of each request of the threads and processes")
    options = parser.parse_args()
    timeout = options.timeout
    answer = digest if options.digest else answer
    urls = [options.sites[number % 2] for number in range(JOBS)]
    if options.way:
        one_way(named[options.way], urls, options.rounds, options.warmups)
    else:
        every_way((serial, threads, processes, tasks), urls)
