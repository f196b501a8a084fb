"""`python -m harness.worker ORDER`: carry out one order, a JSON object, and leave the reply in the file it names.

The reply is a file because standard output belongs to the workload. A failure is a reply too: one sentence for the
journal; the traceback goes to standard error.
"""

# ruff: noqa: PLC0415 - each task imports what it needs: a trial must not pay for the description of an environment

import json
import sys
import traceback
from collections.abc import Callable
from typing import Any

from harness.worker import orders, workload_file


def main(text: str) -> int:
    """Carry out one order; 0 when it was done, 1 when it failed."""
    order = json.loads(text)
    try:
        reply = {"done": _carried_out(order)}
    except BaseException as error:  # noqa: BLE001 - SystemExit in a workload is a failed trial, not a silent end
        traceback.print_exc()
        reply = {"failed": _sentence(error, order.get("path", ""))}
    with open(order["outcome"], "w", encoding="utf-8") as file:  # noqa: PTH123 - pathlib costs a trial 3 ms of import
        json.dump(reply, file)
    return 0 if "done" in reply else 1


def _measure(order: orders.MeasureOrder) -> orders.MeasureAnswer:
    from harness.worker.measure import measure

    return measure(order)


def _serve(order: orders.ServeOrder) -> orders.ServeAnswer:
    from harness.worker.serve import serve

    return serve(order)


def _describe(order: orders.DescribeOrder) -> orders.DescribeAnswer:
    from harness.worker.describe import workload

    return workload(order)


def _distributions(_: orders.DistributionsOrder) -> list[orders.InstalledDistribution]:
    from harness.worker.describe import distributions

    return distributions()


def _culprits(order: orders.CulpritsOrder) -> orders.CulpritsAnswer:
    from harness.worker.gil_culprits import culprits

    return culprits(order)


TASKS: dict[str, Callable[[Any], object]] = {
    "measure": _measure,
    "serve": _serve,
    "describe": _describe,
    "distributions": _distributions,
    "culprits": _culprits,
}


def _carried_out(order: dict[str, Any]) -> object:
    task = order.get("task")
    if task not in TASKS:
        message = f"the worker knows no task {task!r}; it knows {', '.join(TASKS)}."
        raise orders.OrderError(message)
    return TASKS[task](order)


def _sentence(error: BaseException, path: str) -> str:
    """Return what was raised and in which line of the workload, without the groups that asyncio wraps it in."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    if isinstance(error, SystemExit) and isinstance(error.__context__, KeyboardInterrupt):
        error = error.__context__  # pyperf takes it for a user's, and leaves
    if isinstance(error, workload_file.WorkloadError | orders.OrderError):
        return str(error)
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == path]
    where = f" (line {lines[-1]} of the workload)" if lines else ""
    # The executor keeps the pool process's traceback as the cause, and only that shows what the process was doing.
    pickling = "Pickler" in str(error.__cause__)
    prefix = "a job or an answer cannot be pickled, so it cannot cross to a pool process: " if pickling else ""
    return f"{prefix}{type(error).__name__}: {error}{where}".replace("\n", " ")[:5000]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
