"""The driver without the report at its end: `python -m tests.unreported DRIVER_S_WORDS`.

For tests of what is measured, on real drivers in processes of their own: the report takes longer than their runs.
"""

import runpy
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

real = subprocess.run


def run(command: Sequence[str], **options: Any) -> Any:
    """Run a command, but leave the report out."""
    return subprocess.CompletedProcess(command, 0) if "report" in command else real(command, **options)


if __name__ == "__main__":
    setattr(subprocess, "run", run)  # noqa: B010 - mypy knows its overloads
    sys.argv.insert(1, "measure")
    runpy.run_module("harness", run_name="__main__", alter_sys=True)
