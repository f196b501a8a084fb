"""`python -m tests.lab TABLE [options]`: measure one table and print it as Markdown.

The tables measure the interpreters that `nox -s bench -- --plan` prepares.
"""

import importlib
import signal
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from types import ModuleType

from harness.errors import UsageError
from harness.experiment.machine.lock import alone

# The module of tests.lab.tables that measures each table.
TABLES = {
    "time-to-target": "time_to_target",
    "certainty": "certainty",
    "false-positives": "false_positives",
    "detection": "detection",
    "fidelity": "fidelity",
    "estimators": "estimators",
    "overhead": "overhead",
    "load": "service_load",
    "scale": "scale",
    "endurance": "endurance",
    "site": "site",
}
WITH_A_DRIVER = ("overhead", "endurance")  # they start a driver, which takes the machine's lock itself


def main(arguments: Sequence[str]) -> int:
    """Measure and print a table; return its exit code, or 2 for an error that the user can fix."""
    if not arguments:
        print(_list("Name a table"))
        return 0
    if arguments[0] not in TABLES:
        print(_list(f"There is no table {arguments[0]!r}. Name one of these"), file=sys.stderr)
        return 2
    try:
        table = _module(arguments[0])
        with nullcontext() if arguments[0] in WITH_A_DRIVER else alone(wait=False, show=print):
            code: int = table.main(list(arguments[1:]))
    except UsageError as error:
        print(error, file=sys.stderr)
        return 2
    return code


def _module(table: str) -> ModuleType:
    return importlib.import_module(f"tests.lab.tables.{TABLES[table]}")


def _list(request: str) -> str:
    lines = [f"{request}, as in `nox -s performance -- {next(iter(TABLES))}`:"]
    lines += [f"  {name:<16} {(_module(name).__doc__ or '').partition(chr(10))[0]}" for name in TABLES]
    return "\n".join(lines)


if __name__ == "__main__":
    for number in (signal.SIGTERM, signal.SIGHUP):  # handle a termination and a closed terminal like Ctrl-C
        signal.signal(number, signal.default_int_handler)
    sys.exit(main(sys.argv[1:]))
