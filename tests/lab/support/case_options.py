"""Which case both sides of a table are, on its command line."""

from harness.experiment.option_values import read_positive
from harness.records import MODES
from harness.selftest.sessions import Parser


def add_case(command_line: Parser) -> None:
    """Add the options for the arm, the mode and the workers."""
    add = command_line.add_argument
    add("--arm", default="3.13", metavar="LABEL", help="the arm of both sides (default: %(default)s)")
    add("--mode", default="serial", choices=MODES, help="the mode of both sides (default: %(default)s)")
    add("--workers", default=1, type=read_positive, metavar="N", help="their workers (default: %(default)s)")
