"""The one exception for what a user can fix."""

from collections.abc import Iterator
from contextlib import contextmanager


class UsageError(Exception):
    """A sentence about what is wrong and what to do; printed without a traceback, exit status 2.

    It may quote anything: no character of it moves a terminal's cursor or begins another line. Several arguments are
    printed on a line each.
    """

    def __str__(self) -> str:
        return "\n".join("".join(letter if letter.isprintable() else " " for letter in str(line)) for line in self.args)


@contextmanager
def writing(what: str, again: str) -> Iterator[None]:
    """Turn an OSError of the block into a UsageError about `what` it writes; `again` is the command to repeat."""
    try:
        yield
    except OSError as error:
        reason = f"{error.filename}: {error.strerror}" if error.filename else error.strerror
        message = f"{what} cannot be written ({reason}). Fix that and run `{again}` again."
        raise UsageError(message) from error
