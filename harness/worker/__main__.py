"""`python -m harness.worker ORDER`: do what one JSON object says and leave the outcome in the file it names.

The outcome is a file because standard output belongs to the workload. A failure is an outcome too: one sentence for the
journal; the traceback goes to standard error.
"""

import json
import sys
import traceback
from typing import Any

from harness.worker import workload_file


def main(text: str) -> int:
    """Carry out one order; 0 when it was done, 1 when it failed."""
    order = json.loads(text)
    try:
        outcome = {"done": _do(order)}
    except BaseException as error:  # noqa: BLE001 - SystemExit in a workload is a failed trial, not a silent end
        traceback.print_exc()
        outcome = {"failed": _sentence(error, order["path"])}
    with open(order["outcome"], "w", encoding="utf-8") as file:  # noqa: PTH123 - pathlib costs a trial 3 ms of import
        json.dump(outcome, file)
    return 0 if "done" in outcome else 1


def _do(order: dict[str, Any]) -> Any:
    # Each task imports what it needs: a trial must not pay for the description of an environment.
    if order["task"] == "measure":
        from harness.worker.measure import measure  # noqa: PLC0415

        return measure(order)
    if order["task"] == "serve":
        from harness.worker.serve import serve  # noqa: PLC0415

        return serve(order)
    if order["task"] == "culprits":
        from harness.worker.gil_culprits import culprits  # noqa: PLC0415

        return culprits(order)
    from harness.worker import describe  # noqa: PLC0415

    return describe.workload(order) if order["task"] == "describe" else describe.distributions()


def _sentence(error: BaseException, path: str) -> str:
    """Say what was raised and in which line of the workload, unwrapping the groups that asyncio raises."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    if isinstance(error, SystemExit) and isinstance(error.__context__, KeyboardInterrupt):
        error = error.__context__  # pyperf takes it for a user's, and leaves
    if isinstance(error, workload_file.WorkloadError):
        return str(error)
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == path]
    where = f" (line {lines[-1]} of the workload)" if lines else ""
    # The executor keeps the pool process's traceback as the cause, and only there one sees what it was doing.
    pickling = "Pickler" in str(error.__cause__)
    what = "a job or an answer cannot be pickled, so it cannot cross to a pool process: " if pickling else ""
    return f"{what}{type(error).__name__}: {error}{where}".replace("\n", " ")[:5000]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
