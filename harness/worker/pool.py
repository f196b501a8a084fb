"""What the workers of both pools do: enter, meet, work, leave.

Every worker meets the others at a barrier before the first job and after the last one, so that each of them has exactly
one resource, none starts ahead, and all of them exist while the work is timed.
"""

from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import ExitStack
from threading import BrokenBarrierError, local
from time import perf_counter
from typing import Any

from harness.worker import gil, loading
from harness.worker.loop import Loop

# A pool's tasks cannot be handed anything that lives in their worker, so it has to stay where they find it: here, one
# for each thread, and so one for each pool process.
_here = local()


def enter(path: str, barrier: Any) -> None:
    """Load the workload and open this worker's resource; a failure is kept until the worker meets the others."""
    _here.barrier, _here.failure, _here.stack = barrier, None, ExitStack()
    _here.gil = {"before_import": gil.enabled()}
    try:
        _here.run = _here.stack.enter_context(loading.ready(loading.module(path)))
    except Exception as error:  # noqa: BLE001 - an executor would replace it by "initializer failed"
        _here.failure = error
    _here.gil["after_import"] = gil.enabled()


def meet() -> None:
    """Wait until every worker is ready; a worker that could not open its resource releases the others and says why."""
    if _here.failure is not None:
        _here.barrier.abort()
        raise _here.failure
    _here.barrier.wait()


def work(job: Any) -> Any:
    """Do one job."""
    return _here.run(job)


def leave() -> dict[str, bool]:
    """Wait until every worker is done, close this one's resource and return what its GIL was."""
    _here.barrier.wait()
    _here.stack.close()
    return {**_here.gil, "at_end": gil.enabled()}


def spread(executor: Executor, jobs: list[Any], workers: int, began: float) -> Loop:
    """Run one loop in an executor that has `workers` workers, each of which entered with `enter`."""
    with executor:
        _all([executor.submit(meet) for _ in range(workers)])
        opened = perf_counter()
        answers = list(executor.map(work, jobs))
        done = perf_counter()
        pool = _all([executor.submit(leave) for _ in range(workers)])
    return Loop(answers, began, opened, done, perf_counter(), tuple(pool))


def _all(futures: list[Future[Any]]) -> list[Any]:
    """Return what the workers returned, or raise the cause rather than what it did to the other workers."""
    errors = [error for future in futures if (error := future.exception()) is not None]
    for error in sorted(errors, key=lambda error: isinstance(error, BrokenBarrierError | BrokenExecutor)):
        raise error
    return [future.result() for future in futures]
