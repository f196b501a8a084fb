"""The modes, side by side: each spreads the same jobs and stamps the same four moments.

A loop is start (until the first job begins), work (until the last job ends, answers in job order) and stop (every
worker has closed its resource and is gone). Both pools use the same functions in their workers; what differs between
threads and processes is the executor and when a resource is closed, nothing else. Each mode imports only what it needs.
"""

# ruff: noqa: PLC0415 - a mode must not pay for another mode's imports

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from time import perf_counter
from types import ModuleType
from typing import TYPE_CHECKING, Any

from harness.worker.loop import Loop
from harness.worker.workload_file import async_ready, ready, shared

if TYPE_CHECKING:
    from concurrent.futures import Executor

GilStates = list[dict[str, bool]]


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
    for failure in failures:
        raise failure
    return loop._replace(pool=())


def processes(workload: ModuleType, jobs: list[Any], workers: int, start_method: str) -> Loop:
    """Jobs taken by the processes of one pool; only jobs and answers cross the boundary, one at a time."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    from harness.worker import pool

    began = perf_counter()
    context = get_context(start_method)
    common = shared(workload, lambda: context)
    entering = (str(workload.__file__), common)
    executor = ProcessPoolExecutor(workers, mp_context=context, initializer=pool.enter_process, initargs=entering)
    return pool.spread(executor, jobs, began)


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


@contextmanager
def at_once(workload: ModuleType, workers: int, start_method: str, said: GilStates) -> Iterator["Executor"]:  # noqa: ARG001
    """A service's serial: what is computed is computed inside the event loop, and all else waits for it."""
    from concurrent.futures import Executor, Future

    class AtOnce(Executor):
        def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
            future: Future[Any] = Future()
            try:
                future.set_result(fn(*args, **kwargs))
            except Exception as error:  # noqa: BLE001 - as from any executor, it is the caller's
                future.set_exception(error)
            return future

    yield AtOnce()


@contextmanager
def in_threads(workload: ModuleType, workers: int, start_method: str, said: GilStates) -> Iterator["Executor"]:  # noqa: ARG001
    """A service's threads."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(workers) as executor:
        yield executor


@contextmanager
def in_processes(workload: ModuleType, workers: int, start_method: str, said: GilStates) -> Iterator["Executor"]:
    """A service's processes; what each of them says of its GIL when it ends comes through a pipe."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    from harness.worker import pool

    context = get_context(start_method)
    words = context.SimpleQueue()
    entering = (str(workload.__file__), words)
    with ProcessPoolExecutor(
        workers, mp_context=context, initializer=pool.enter_service, initargs=entering
    ) as executor:
        yield executor
    while not words.empty():
        said.append(words.get())


MODES: dict[str, Callable[[ModuleType, list[Any], int, str], Loop]] = {
    "serial": serial,
    "serial-after-thread": serial_after_thread,
    "threads": threads,
    "processes": processes,
    "asyncio": event_loop,
}

# What the app of a service has its computing done by. Its requests come from outside, so nothing is spread or stamped
# here; the states of a pool's GIL are added to the list that is handed in.
EXECUTORS: dict[str, Callable[[ModuleType, int, str, GilStates], AbstractContextManager["Executor"]]] = {
    "serial": at_once,
    "threads": in_threads,
    "processes": in_processes,
}
