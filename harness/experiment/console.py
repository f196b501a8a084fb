"""Standard output that may go away: closed by `| head`, or with its terminal. A run ends then as after Ctrl-C."""

import contextlib
import os
import sys
from typing import TextIO

from rich.console import Console


class Output:
    """A file for `rich.console.Console` that writes to standard output.

    When that is gone, it interrupts once and goes on to standard error, then to nowhere.
    """

    def __init__(self) -> None:
        self._streams = [sys.stdout, sys.stderr]
        self.gone = False

    @property
    def encoding(self) -> str:
        """The encoding of the stream."""
        return self._stream.encoding if self._streams else "utf-8"

    @property
    def _stream(self) -> TextIO:
        return self._streams[0]

    def isatty(self) -> bool:
        """Whether there is a terminal."""
        return bool(self._streams) and self._stream.isatty()

    def fileno(self) -> int:
        """Return the descriptor of the stream."""
        return self._stream.fileno()

    def write(self, text: str) -> int:
        """Write, and flush at once, so that nothing waits for the end of the process to be lost."""
        while self._streams:
            try:
                self._stream.write(text)
                self._stream.flush()
            except (OSError, ValueError):
                self._give_up(text)
            else:
                break
        return len(text)

    def flush(self) -> None:
        """Nothing is left to do: every write has been flushed."""

    def _give_up(self, text: str) -> None:
        stream = self._streams.pop(0)
        first = not self.gone
        self.gone = True
        with contextlib.suppress(OSError, ValueError):  # its buffer must not fail again when the process ends
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        if first:
            self.write(text)
            raise KeyboardInterrupt


def show(console: Console, text: str) -> None:
    """Print a sentence as it is: one line, even on a narrow terminal."""
    console.print(text, markup=False, highlight=False, soft_wrap=True)
