"""The executors in which the app of a service computes, one for each mode that a service has.

A service's requests come from outside, so nothing is spread or stamped here.
"""

# ruff: noqa: PLC0415 - as in modes.py, an executor must not pay for another one's imports

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from types import ModuleType
from typing import TYPE_CHECKING, Any

from harness.worker.orders import GilState

if TYPE_CHECKING:
    from concurrent.futures import Executor


@contextmanager
def at_once(workload: ModuleType, workers: int, start_method: str, states: list[GilState]) -> Iterator["Executor"]:  # noqa: ARG001
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
def in_threads(workload: ModuleType, workers: int, start_method: str, states: list[GilState]) -> Iterator["Executor"]:  # noqa: ARG001
    """A service's threads."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(workers) as executor:
        yield executor


@contextmanager
def in_processes(workload: ModuleType, workers: int, start_method: str, states: list[GilState]) -> Iterator["Executor"]:
    """A service's processes; the state of each one's GIL is added to `states` when they have ended."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    from harness.worker import pool

    context = get_context(start_method)
    queue = context.SimpleQueue()
    entering = (str(workload.__file__), queue)
    with ProcessPoolExecutor(
        workers, mp_context=context, initializer=pool.enter_service, initargs=entering
    ) as executor:
        yield executor
    states += pool.reported(queue)


EXECUTORS: dict[str, Callable[[ModuleType, int, str, list[GilState]], AbstractContextManager["Executor"]]] = {
    "serial": at_once,
    "threads": in_threads,
    "processes": in_processes,
}
