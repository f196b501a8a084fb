"""What one loop leaves, whichever mode ran it."""

from typing import Any, NamedTuple

from harness.worker.orders import GilState

# Of shorter loops there are too many to do more around each than to stamp it.
LONG_SECONDS = 0.01


class Loop(NamedTuple):
    """One full start + work + stop: the answers in job order, four moments in seconds, and the pool processes' GILs.

    `run_delay_seconds` is what `usage.run_delay_seconds` had for this process and its pool when the last answer was
    there, because a pool's threads and processes are gone after it; None without a pool, and in short loops.
    """

    answers: list[Any]
    began: float
    ready: float
    done: float
    stopped: float
    pool: tuple[GilState, ...] = ()
    run_delay_seconds: float | None = None
