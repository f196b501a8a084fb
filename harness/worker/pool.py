"""What the workers of both pools do: enter, work, leave.

Nothing is added that a script has not: jobs go to the executor as they would anywhere, and each answer comes back with
the moments at which its job began and ended, so that start, work and stop can be told apart without making workers wait
for each other. A barrier before and after the work, tried before, cost threads 5 to 9 % of a loop.
"""

import os
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack
from threading import Barrier, local
from time import perf_counter
from typing import Any, NamedTuple

from harness.worker import gil, loading
from harness.worker.loop import Loop

# A pool's tasks cannot be handed anything that lives in their worker, so it has to stay where they find it: here, one
# for each thread, and so one for each pool process.
_here = local()


class Done(NamedTuple):
    """One job's answer, when it began and ended on the clock that all processes share, and whose GIL was on when."""

    answer: Any
    began: float
    ended: float
    process: int
    before_import: bool
    after_import: bool
    at_end: bool


def enter(path: str) -> None:
    """Load the workload and open this worker's resource; a failure is kept until the worker has a job."""
    _here.failure, _here.stack, _here.before_import = None, ExitStack(), gil.enabled()
    try:
        _here.run = _here.stack.enter_context(loading.ready(loading.module(path)))
    except Exception as error:  # noqa: BLE001 - an executor would replace it by "initializer failed"
        _here.failure = error
    _here.after_import = gil.enabled()


def enter_process(path: str) -> None:
    """Enter, and close the resource when the pool process ends."""
    from multiprocessing.util import Finalize  # noqa: PLC0415 - threads must not pay for it

    enter(path)
    Finalize(None, _here.stack.close, exitpriority=0)


def work(job: Any) -> Done:
    """Do one job."""
    if _here.failure is not None:
        raise _here.failure
    began = perf_counter()
    answer = _here.run(job)
    ended = perf_counter()
    return Done(answer, began, ended, os.getpid(), _here.before_import, _here.after_import, gil.enabled())


def leave(barrier: Barrier) -> None:
    """Close this thread's resource; at the barrier the threads wait for each other, so that each leaves once."""
    barrier.wait()
    if _here.failure is not None:
        raise _here.failure  # it had no job to say so with
    _here.stack.close()


def spread(executor: Executor, jobs: list[Any], began: float, leaving: int = 0) -> Loop:
    """Run one loop in an executor whose workers entered; then let as many threads as are `leaving` close a resource."""
    with executor:
        done = list(executor.map(work, jobs))
        if leaving:
            barrier = Barrier(leaving)
            for each in [executor.submit(leave, barrier) for _ in range(leaving)]:
                each.result()
    stopped = perf_counter()
    pool = () if isinstance(executor, ThreadPoolExecutor) else _last_words(done)
    first, last = min(each.began for each in done), max(each.ended for each in done)
    return Loop([each.answer for each in done], began, first, last, stopped, pool)


def _last_words(done: list[Done]) -> tuple[dict[str, bool], ...]:
    """Return what each pool process that had a job said of its GIL with its last one."""
    last: dict[int, Done] = {}
    for each in done:
        if each.process not in last or last[each.process].ended < each.ended:
            last[each.process] = each
    names = ("before_import", "after_import", "at_end")
    return tuple({name: getattr(each, name) for name in names} for each in last.values())
