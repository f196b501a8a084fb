"""`python -m tests.lab TABLE [options]`: measure one table and print it as Markdown.

What the bench sessions prepared is measured; `nox -s bench -- --plan` prepares it and measures nothing.
"""

import importlib
import signal
import sys
from collections.abc import Sequence
from contextlib import nullcontext

from harness.errors import UsageError
from harness.experiment.machine.lock import alone

# Each module has a docstring, whose first line is what is listed, and main(arguments) -> exit code.
TABLES = {
    "time-to-target": "tests.lab.time_to_target",
    "false-positives": "tests.lab.false_positives",
    "detection": "tests.lab.detection",
    "fidelity": "tests.lab.fidelity",
    "estimators": "tests.lab.estimators",
    "overhead": "tests.lab.overhead",
    "load": "tests.lab.service_load",
    "scale": "tests.lab.scale",
    "endurance": "tests.lab.endurance",
    "site": "tests.lab.site",
}
WITH_A_DRIVER = ("overhead", "endurance")  # the driver that they start takes the machine's lock


def main(arguments: Sequence[str]) -> int:
    """Return the table's exit code; 2 for what a user can fix."""
    if not arguments:
        print(_list("Name a table"))
        return 0
    if arguments[0] not in TABLES:
        print(_list(f"There is no table {arguments[0]!r}. Name one of these"), file=sys.stderr)
        return 2
    try:
        table = importlib.import_module(TABLES[arguments[0]])
        with nullcontext() if arguments[0] in WITH_A_DRIVER else alone(wait=False, show=print):
            code: int = table.main(list(arguments[1:]))
    except UsageError as error:
        print(error, file=sys.stderr)
        return 2
    return code


def _list(said: str) -> str:
    lines = [f"{said}, as in `nox -s performance -- {next(iter(TABLES))}`:"]
    for name, module in TABLES.items():
        first = (importlib.import_module(module).__doc__ or "").partition("\n")[0]
        lines.append(f"  {name:<16} {first}")
    return "\n".join(lines)


if __name__ == "__main__":
    for ended in (signal.SIGTERM, signal.SIGHUP):  # to be ended, or to lose the terminal, is to be interrupted
        signal.signal(ended, signal.default_int_handler)
    sys.exit(main(sys.argv[1:]))
