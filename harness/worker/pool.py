"""What the workers of both pools do: enter, work, and close what they opened when they end.

Nothing is added that a script has not: jobs go to the executor as they would anywhere, and each answer comes back with
the moments at which its job began and ended, so that start, work and stop can be told apart without making workers wait
for each other. With barriers before and after the work threads took longer than in a script (docs/performance.md).
"""

import os
from concurrent.futures import Executor
from contextlib import ExitStack
from threading import local
from time import perf_counter
from typing import Any, NamedTuple

from harness.worker import gil, workload_file
from harness.worker.loop import Loop

# A pool's tasks cannot be handed anything that lives in their worker, so it has to stay where they find it: here, one
# for each thread, and so one for each pool process.
_here = local()


CLOSING_FAILED = 77  # an exit code that nothing else here uses
NOT_CLOSED = "a pool process failed while it closed its resource; run the file by itself to see how"


class Done(NamedTuple):
    """One job's answer, when it began and ended on the clock that all processes share, and whose GIL was on when."""

    answer: Any
    began: float
    ended: float
    process: int
    before_import: bool
    after_import: bool
    at_end: bool


class _Closing:
    """Closes a thread's resource in that thread, when it ends and what is local to it goes."""

    def __init__(self, stack: ExitStack, failures: list[BaseException]) -> None:
        self._stack, self._failures = stack, failures

    def __del__(self) -> None:
        try:
            self._stack.close()
        except BaseException as error:  # noqa: BLE001 - nothing can be raised here, so it is raised after the pool's end
            self._failures.append(error)


def enter(path: str, common: tuple[Any, ...]) -> ExitStack:
    """Load the workload and open this worker's resource; a failure is kept until the worker has a job."""
    stack = ExitStack()
    _here.failure, _here.before_import = None, gil.enabled()
    try:
        _here.run = stack.enter_context(workload_file.ready(workload_file.module(path), common))
    except Exception as error:  # noqa: BLE001 - an executor would replace it by "initializer failed"
        _here.failure = error
    _here.after_import = gil.enabled()
    return stack


def enter_thread(path: str, common: tuple[Any, ...], failures: list[BaseException]) -> None:
    """Enter, and close the resource when the thread ends; a thread without a job says here what failed."""
    _here.closing = _Closing(enter(path, common), failures)
    if _here.failure is not None:
        failures.append(_here.failure)


def enter_process(path: str, common: tuple[Any, ...]) -> None:
    """Enter, and close the resource when the pool process ends."""
    from multiprocessing.util import Finalize  # noqa: PLC0415 - threads must not pay for it

    Finalize(None, _close, (enter(path, common),), exitpriority=0)


def _close(stack: ExitStack) -> None:
    """Close a pool process's resource; whether that failed, only its exit code can still tell."""
    try:
        stack.close()
    except BaseException:  # noqa: BLE001 - multiprocessing would print it and go on
        import traceback  # noqa: PLC0415 - hardly ever needed

        traceback.print_exc()
        os._exit(CLOSING_FAILED)


def enter_service(path: str, words: Any) -> None:
    """Enter a service's pool process: load the file, so that its functions are found; at the end, tell of the GIL."""
    from multiprocessing.util import Finalize  # noqa: PLC0415 - threads must not pay for it

    before_import = gil.enabled()
    workload_file.module(path)
    state = {"before_import": before_import, "after_import": gil.enabled()}
    Finalize(None, lambda: words.put({**state, "at_end": gil.enabled()}), exitpriority=0)


def work(job: Any) -> Done:
    """Do one job."""
    if _here.failure is not None:
        raise _here.failure
    began = perf_counter()
    answer = _here.run(job)
    ended = perf_counter()
    return Done(answer, began, ended, os.getpid(), _here.before_import, _here.after_import, gil.enabled())


def spread(executor: Executor, jobs: list[Any], began: float) -> Loop:
    """Run one loop in an executor whose workers entered."""
    with executor:
        done = list(executor.map(work, jobs))
        processes = list((getattr(executor, "_processes", None) or {}).values())  # it forgets them at its end
    stopped = perf_counter()
    if any(process.exitcode == CLOSING_FAILED for process in processes):
        raise workload_file.WorkloadError(NOT_CLOSED)
    pool = _last_words(done)
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
