"""What the workers of both pools do: enter, work, and close what they opened when they end.

Nothing is added that a script has not: jobs go to the executor as they would anywhere, and each answer comes back with
the moments at which its job began and ended, which separate start, work and stop without making workers wait for each
other. With barriers before and after the work threads took longer than in a script (docs/performance.md). Whether the
GIL was on, a pool process reports once, when it ends.
"""

# ruff: noqa: PLC0415 - threads must not pay for multiprocessing

import os
from concurrent.futures import Executor
from contextlib import ExitStack
from threading import local
from time import perf_counter
from typing import TYPE_CHECKING, Any

from harness.worker import gil, workload_file
from harness.worker.loop import LONG_SECONDS, Loop
from harness.worker.orders import GilState
from harness.worker.usage import run_delay_seconds

if TYPE_CHECKING:
    from multiprocessing.queues import SimpleQueue

# A pool's tasks cannot be handed anything that lives in their worker, so it has to stay where they find it: here, one
# for each thread, and so one for each pool process.
_here = local()


CLOSING_FAILED = 77  # an exit code that nothing else here uses
NOT_CLOSED = "a pool process failed while it closed its resource; run the file by itself to see how"


class _Closing:
    """Closes a thread's resource in that thread, when it ends and what is local to it goes."""

    def __init__(self, stack: ExitStack, failures: list[BaseException]) -> None:
        self._stack = stack
        self._failures = failures

    def __del__(self) -> None:
        try:
            self._stack.close()
        except BaseException as error:  # noqa: BLE001 - nothing can be raised here, so it is raised after the pool's end
            self._failures.append(error)


def _enter(path: str, common: tuple[Any, ...]) -> ExitStack:
    """Load the workload and open this worker's resource; a failure is kept until the worker has a job."""
    stack = ExitStack()
    _here.failure = None
    try:
        _here.run = stack.enter_context(workload_file.ready(workload_file.module(path), common))
    except Exception as error:  # noqa: BLE001 - an executor would replace it by "initializer failed"
        _here.failure = error
    return stack


def enter_thread(path: str, common: tuple[Any, ...], failures: list[BaseException]) -> None:
    """Enter, and close the resource when the thread ends; the failure of a thread without a job is added here."""
    _here.closing = _Closing(_enter(path, common), failures)
    if _here.failure is not None:
        failures.append(_here.failure)


def enter_process(path: str, common: tuple[Any, ...], states: "SimpleQueue[GilState]") -> None:
    """Enter; when the pool process ends, report its GIL and close the resource."""
    from multiprocessing.util import Finalize

    before_import = gil.enabled()
    stack = _enter(path, common)
    Finalize(None, _close, (stack,), exitpriority=0)
    _report_at_end(states, before_import)


def enter_service(path: str, states: "SimpleQueue[GilState]") -> None:
    """Enter a service's pool process: load the file, so that its functions are found; at its end, report its GIL."""
    before_import = gil.enabled()
    workload_file.module(path)
    _report_at_end(states, before_import)


def _close(stack: ExitStack) -> None:
    """Close a pool process's resource; only the exit code can still show that this failed."""
    try:
        stack.close()
    except BaseException:  # noqa: BLE001 - multiprocessing would print it and go on
        import traceback

        traceback.print_exc()
        os._exit(CLOSING_FAILED)


def _report_at_end(states: "SimpleQueue[GilState]", before_import: bool) -> None:  # noqa: FBT001
    from multiprocessing.util import Finalize

    after_import = gil.enabled()

    def report() -> None:
        states.put({"before_import": before_import, "after_import": after_import, "at_end": gil.enabled()})

    Finalize(None, report, exitpriority=0)


def reported(states: "SimpleQueue[GilState]") -> list[GilState]:
    """Return what the processes of a pool that has ended reported."""
    gils = []
    while not states.empty():
        gils.append(states.get())
    states.close()
    return gils


def work(job: Any) -> tuple[Any, float, float]:
    """Do one job; return its answer, when it began and when it ended, on the clock that all processes share."""
    if _here.failure is not None:
        raise _here.failure
    began = perf_counter()
    answer = _here.run(job)
    return answer, began, perf_counter()


def spread(executor: Executor, jobs: list[Any], began: float, chunk_size: int = 1) -> Loop:
    """Run one loop in an executor whose workers entered; threads are handed every job by itself all the same.

    While they have nothing left to do, how long they waited for CPUs is read; no span contains that.
    """
    with executor:
        finished = list(executor.map(work, jobs, chunksize=chunk_size))
        answered = perf_counter()
        processes = list((getattr(executor, "_processes", None) or {}).values())  # it forgets them at its end
        pids = [process.pid for process in processes]
        run_delay = run_delay_seconds(pids) if answered - began >= LONG_SECONDS else None
        read = perf_counter()
    stopped = perf_counter() - (read - answered)
    if any(process.exitcode == CLOSING_FAILED for process in processes):
        raise workload_file.WorkloadError(NOT_CLOSED)
    answers = [answer for answer, _, _ in finished]
    ready = min(job_began for _, job_began, _ in finished)
    done = max(job_ended for _, _, job_ended in finished)
    return Loop(answers, began, ready, done, stopped, run_delay_seconds=run_delay)
