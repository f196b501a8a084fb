"""The load on a service gets a CPU of its own where there are more than two: neither waits for the other then.

On two CPUs the service needs both, to show what it makes of them, and the load shares them.
"""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager

MOST_SHARED_CPUS = 2


def server_cpus(usable: int) -> int:
    """Return how many of the usable CPUs a service gets."""
    return usable - 1 if usable > MOST_SHARED_CPUS else usable


def shared_out() -> tuple[set[int] | None, set[int] | None]:
    """Return the CPUs of the service and those of the load; None where they share all, or cannot be bound to any."""
    ask = getattr(os, "sched_getaffinity", None)
    usable = set() if ask is None else set(ask(0))
    if len(usable) <= MOST_SHARED_CPUS:
        return None, None
    own = max(usable)
    return usable - {own}, {own}


@contextmanager
def started_on[Entered](cpus: set[int] | None, starting: AbstractContextManager[Entered]) -> Iterator[Entered]:
    """Enter a context on some of the CPUs; the processes that this starts stay there, and the driver returns."""
    with ExitStack() as stack:
        if cpus is None:
            yield stack.enter_context(starting)
            return
        before = os.sched_getaffinity(0)
        os.sched_setaffinity(0, cpus)
        try:
            entered = stack.enter_context(starting)
        finally:
            os.sched_setaffinity(0, before)
        yield entered
