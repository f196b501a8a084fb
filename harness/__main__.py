"""The command line: `python -m harness COMMAND ...`. Each nox session that measures or reports runs one command."""

import contextlib
import gc
import importlib
import signal
import sys
from collections.abc import Callable, Sequence

from harness.errors import UsageError

# Each module has `main(arguments) -> exit status`. It is imported only when its command runs: measuring loads nothing
# that draws.
COMMANDS = {
    "options": "harness.experiment.preflight",
    "workloads": "harness.experiment.workload_list",
    "dependencies": "harness.experiment.plan.compiled_dependencies",
    "alike": "harness.experiment.plan.alike_dependencies",
    "measure": "harness.experiment.command",
    "report": "harness.report.programs.report",
    "compare": "harness.report.programs.compare",
    "gate": "harness.report.programs.gate",
    "site": "harness.report.programs.site",
    "csv": "harness.report.exports.csv_files",
    "bundle": "harness.report.programs.bundle",
    "verify": "harness.report.programs.verify",
    "selftest": "harness.selftest.controls",
}
WRONG = 2  # the user can fix it
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)  # the last one: the terminal was closed
INTERRUPTED = 130  # what a shell reports for a program that Ctrl-C ended


def main(words: Sequence[str]) -> int:
    """Run one command and return its exit status: 2 for what the user can fix, 130 after an interrupt."""
    try:
        return command(words)(list(words[1:]))
    except UsageError as error:
        print(error, file=sys.stderr)
        return WRONG
    except KeyboardInterrupt:
        return INTERRUPTED


def command(words: Sequence[str]) -> Callable[[list[str]], int]:
    """Import the command that the first word names and return its `main`; UsageError for an unknown one."""
    if not words or words[0] not in COMMANDS:
        name = f"There is no command {words[0]!r}" if words else "No command is named"
        message = f"{name}. Use one of {', '.join(COMMANDS)}, as in `python -m harness report`."
        raise UsageError(message)
    program: Callable[[list[str]], int] = importlib.import_module(COMMANDS[words[0]]).main
    return program


def start() -> int:
    """Run the command line of this process, whose signals end it as Ctrl-C does."""
    ignored = [number for number in SIGNALS if signal.getsignal(number) == signal.SIG_IGN]  # started with nohup
    if signal.SIGINT not in ignored:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # during imports Ctrl-C ends the process without a traceback
    with contextlib.suppress(UsageError):  # main() prints it
        command(sys.argv[1:])
    for number in set(SIGNALS) - set(ignored):
        signal.signal(number, signal.default_int_handler)
    if COMMANDS.get(" ".join(sys.argv[1:2]), "").startswith("harness.report"):
        gc.disable()  # a long run's million records make no cycles; looking for some takes a tenth of the time
    return main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(start())
