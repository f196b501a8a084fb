"""The driver without the report at its end: `python -m tests.unreported DRIVER_S_WORDS`.

For tests of what is measured, on real drivers in processes of their own: the report takes longer than their runs.
"""

import runpy
import subprocess
import sys

real = subprocess.run


def run(command, **options):
    """Run a command, but leave the report out."""
    return subprocess.CompletedProcess(command, 0) if "report" in command else real(command, **options)


if __name__ == "__main__":
    subprocess.run = run
    sys.argv.insert(1, "measure")
    runpy.run_module("harness", run_name="__main__", alter_sys=True)
