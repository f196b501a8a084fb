"""The modes, side by side: each spreads the same jobs and stamps the same four moments.

A loop is start (until the first job begins), work (until the last job ends, answers in job order) and stop (every
worker has closed its resource and is gone). Both pools use the same functions in their workers; threads and processes
differ in the executor and in when a resource is closed, and in nothing else. Each mode imports only what it needs.
"""

# ruff: noqa: PLC0415 - a mode must not pay for another mode's imports

from collections.abc import Callable
from functools import cache
from time import perf_counter
from types import ModuleType
from typing import Any

from harness.worker.loop import Loop
from harness.worker.workload_file import async_ready, ready, shared


def serial(workload: ModuleType, jobs: list[Any], workers: int, start_method: str) -> Loop:  # noqa: ARG001
    """One job after the other in a plain loop."""
    began = perf_counter()
    with ready(workload, shared(workload, _within_a_process)) as run:
        opened = perf_counter()
        answers = [run(job) for job in jobs]
        done = perf_counter()
    return Loop(answers, began, opened, done, perf_counter())


def serial_after_thread(workload: ModuleType, jobs: list[Any], workers: int, start_method: str) -> Loop:
    """Serial, in the state that the start of a thread leaves behind."""
    _start_a_thread()
    return serial(workload, jobs, workers, start_method)


@cache  # only the first one changes anything: from then on 3.13t makes functions and code immortal
def _start_a_thread() -> None:
    from threading import Thread

    thread = Thread()
    thread.start()
    thread.join()


def threads(workload: ModuleType, jobs: list[Any], workers: int, start_method: str) -> Loop:  # noqa: ARG001
    """Jobs taken by the threads of one pool."""
    from concurrent.futures import ThreadPoolExecutor

    from harness.worker import pool

    failures: list[BaseException] = []
    began = perf_counter()
    common = shared(workload, _within_a_process)
    entering = (str(workload.__file__), common, failures)
    executor = ThreadPoolExecutor(workers, initializer=pool.enter_thread, initargs=entering)
    loop = pool.spread(executor, jobs, began)
    if failures:
        raise failures[0]
    return loop


def processes(workload: ModuleType, jobs: list[Any], workers: int, start_method: str, chunk_size: int = 1) -> Loop:
    """Jobs taken by the processes of one pool; only jobs and answers cross the boundary, `chunk_size` at a time."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    from harness.worker import pool

    context = get_context(start_method)
    states = context.SimpleQueue()  # no script has it, so it is made before the clock starts
    began = perf_counter()
    common = shared(workload, lambda: context)
    entering = (str(workload.__file__), common, states)
    executor = ProcessPoolExecutor(workers, mp_context=context, initializer=pool.enter_process, initargs=entering)
    loop = pool.spread(executor, jobs, began, chunk_size)
    return loop._replace(pool=tuple(pool.reported(states)))


def event_loop(workload: ModuleType, jobs: list[Any], workers: int, start_method: str) -> Loop:  # noqa: ARG001
    """Jobs taken by tasks on one event loop, which share one resource."""
    import asyncio

    answers: list[Any] = [None] * len(jobs)
    moments: list[float] = []

    async def main() -> None:
        async with async_ready(workload) as run:
            queue = iter(enumerate(jobs))

            async def take() -> None:
                for number, job in queue:
                    answers[number] = await run(job)

            moments.append(perf_counter())
            async with asyncio.TaskGroup() as group:
                for _ in range(workers):
                    group.create_task(take())
            moments.append(perf_counter())

    began = perf_counter()
    asyncio.run(main())
    return Loop(answers, began, moments[0], moments[1], perf_counter())


def _within_a_process() -> Any:
    # The standard library's own twin of a multiprocessing context: the same names, made of queue and threading.
    import multiprocessing.dummy

    return multiprocessing.dummy


MODES: dict[str, Callable[[ModuleType, list[Any], int, str], Loop]] = {
    "serial": serial,
    "serial-after-thread": serial_after_thread,
    "threads": threads,
    "processes": processes,
    "asyncio": event_loop,
}
