"""Show a waiting person how far a long command is."""

import sys
import time
from collections.abc import Callable
from subprocess import Popen, TimeoutExpired

Say = Callable[[str], None]

TERMINAL_SECONDS = 1  # between updates of the one line on a terminal
LINES_SECONDS = 30  # between lines in a log


def follow(process: Popen[bytes], status: Callable[[], str], say: Say) -> int:
    """Wait for a process and return its exit code; meanwhile show its status and the time it has taken.

    On a terminal one line is rewritten every second, elsewhere `say` gets a line every 30 s.
    """
    terminal = sys.stderr.isatty()
    started = time.monotonic()
    try:
        while True:
            try:
                return process.wait(TERMINAL_SECONDS if terminal else LINES_SECONDS)
            except TimeoutExpired:
                line = f"{status()}, {_elapsed(time.monotonic() - started)}"
                if terminal:
                    _rewrite(line)
                else:
                    say(line)
    finally:
        if terminal:
            _rewrite("")


def _rewrite(line: str) -> None:
    sys.stderr.write(f"\r\x1b[K{line}")  # carriage return, erase to the end of the line
    sys.stderr.flush()


def _elapsed(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"
