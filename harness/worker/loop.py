"""What one loop leaves, whichever mode ran it."""

from typing import Any, NamedTuple

from harness.worker.orders import GilState


class Loop(NamedTuple):
    """One full start + work + stop: the answers in job order, four moments in seconds, and the pool processes' GILs."""

    answers: list[Any]
    began: float
    ready: float
    done: float
    stopped: float
    pool: tuple[GilState, ...] = ()
