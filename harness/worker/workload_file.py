"""Load a workload file by its path: its module, its jobs, and the function that does one job."""

import importlib.util
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from types import ModuleType
from typing import Any

from harness.worker.orders import CaseOrder


class WorkloadError(Exception):
    """The workload file breaks the contract; the message says how and what to do."""


_UNKNOWN_ANSWERS = "it has service(executor) and no expected(job), which returns what the service has to answer"


def module(path: str) -> ModuleType:
    """Import the workload at `path`, under one name in every process, so that what it defines can be pickled."""
    name = "workload_" + path.rpartition("/")[2].removesuffix(".py")
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        message = f"{path} is not a Python file; a workload is one file whose name ends in .py."
        raise WorkloadError(message)
    loaded = importlib.util.module_from_spec(spec)
    sys.modules[name] = loaded
    spec.loader.exec_module(loaded)
    return loaded


def points(workload: ModuleType, size: str) -> list[Any]:
    """Return the points of a size, each of which is measured by itself; [None] for a file without SERIES."""
    if not hasattr(workload, "SERIES"):
        return [None]
    chosen = _size(workload, size, weak=False)
    if not isinstance(chosen, dict) or not chosen:
        message = f"it has a SERIES, so each of its SIZES has to map points to lists of jobs; size {size} does not."
        raise WorkloadError(message)
    return list(chosen)


def jobs(
    workload: ModuleType, size: str, sites: list[str], point: str | None = None, *, weak: bool = False
) -> list[Any]:
    """Return the fixed list of jobs for a size and, in a series, a point; WorkloadError when the file offers none.

    With `weak`, those of one worker: `WEAK_SIZES` where the file has it, because the source published other ones.
    """
    chosen = _size(workload, size, weak=weak)
    if point is not None:
        chosen = {str(key): value for key, value in chosen.items()}[point]
    build = getattr(workload, "jobs", None)
    listed = chosen if build is None else build(chosen, sites)
    try:
        every_job = list(listed)
    except TypeError:
        message = (
            f"its jobs for size {size} are {listed!r}, which is no list; give a list, or a function jobs(size, sites)."
        )
        raise WorkloadError(message) from None
    if not every_job:
        message = f"its list of jobs for size {size} is empty; give at least one job."
        raise WorkloadError(message)
    return every_job


def ordered_jobs(workload: ModuleType, order: CaseOrder) -> list[Any]:
    """Return the jobs that an order asks for: at most `jobs` of them, with weak scaling once more for each worker."""
    weak = order["scaling"] == "weak"
    once = jobs(workload, order["size"], order["sites"], order["point"], weak=weak)[: order["jobs"]]
    return once * (order["workers"] if weak else 1)


def _size(workload: ModuleType, size: str, *, weak: bool) -> Any:
    if weak and size in getattr(workload, "WEAK_SIZES", {}):
        return workload.WEAK_SIZES[size]
    sizes = getattr(workload, "SIZES", None)
    if sizes is None:
        if not hasattr(workload, "JOBS"):
            message = "it declares no jobs; add JOBS = [...] or SIZES = {'quick': [...], 'default': [...]}."
            raise WorkloadError(message)
        return workload.JOBS
    if size not in sizes:
        message = f"it has no size {size}; its SIZES are {', '.join(sizes)}."
        raise WorkloadError(message)
    return sizes[size]


def chunk_size(workload: ModuleType, point: Any) -> int:
    """Return how many jobs a pool process is sent at once: CHUNK_SIZE, in a series also one for each point."""
    declared = getattr(workload, "CHUNK_SIZE", 1)
    if isinstance(declared, dict):
        declared = {str(key): size for key, size in declared.items()}.get(str(point))
    if not isinstance(declared, int) or declared < 1:
        message = (
            "its CHUNK_SIZE has to be a whole number of at least 1, or in a series map each point to one; "
            f"it gives {declared!r}."
        )
        raise WorkloadError(message)
    return declared


def shared(workload: ModuleType, tools: Callable[[], Any]) -> tuple[Any, ...]:
    """Return what all workers of one loop share, made by the file with the mode's own tools; empty when nothing is."""
    return (workload.shared(tools()),) if hasattr(workload, "shared") else ()


def obstacle(workload: ModuleType, mode: str) -> str | None:
    """Return in one line why a mode cannot measure this workload; None when it can."""
    if is_service(workload):
        if mode in ("asyncio", "serial-after-thread"):
            return "a service is on an event loop in every mode, and computes in it, in threads or in processes"
        return None if callable(getattr(workload, "expected", None)) else _UNKNOWN_ANSWERS
    if mode == "asyncio":
        if not callable(getattr(workload, "run_async", None)):
            return "it has no run_async, so the asyncio mode would only run its jobs one after the other"
    elif not callable(getattr(workload, "run", None)):
        return "it has no function run(job)"
    return None


def is_service(workload: ModuleType) -> bool:
    """Whether the file makes an app that is served, and its jobs are requests."""
    return callable(getattr(workload, "service", None))


@contextmanager
def ready(workload: ModuleType, common: tuple[Any, ...] = ()) -> Iterator[Callable[[Any], Any]]:
    """Open one worker's resource and yield the function that does one job with it, and with what all workers share."""
    if not hasattr(workload, "resource"):
        yield (lambda job: workload.run(job, *common)) if common else workload.run
        return
    with workload.resource() as resource:
        yield lambda job: workload.run(job, resource, *common)


@asynccontextmanager
async def async_ready(workload: ModuleType) -> AsyncIterator[Callable[[Any], Awaitable[Any]]]:
    """Open the event loop's one resource and yield the coroutine function that does one job with it."""
    if not hasattr(workload, "async_resource"):
        yield workload.run_async
        return
    async with workload.async_resource() as resource:
        yield lambda job: workload.run_async(job, resource)


def open_once(workload: ModuleType, mode: str) -> None:
    """Open and close a resource, so that what it imports is there, as in a script that imports at its top.

    Otherwise every process of a forked pool would import it again, within the time that is measured.
    """
    if mode != "asyncio":
        with ready(workload):
            return

    async def open_on_a_loop() -> None:
        async with async_ready(workload):
            pass

    import asyncio  # noqa: PLC0415 - the other modes must not pay for it

    asyncio.run(open_on_a_loop())
