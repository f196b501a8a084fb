"""What others found, as data: the order of modes that a reader may expect, to set ours beside it."""

from dataclasses import dataclass
from typing import Literal

from harness.records import Mode


@dataclass(frozen=True)
class Published:
    """One published comparison of modes; `times` are as published, without intervals."""

    source: str
    conditions: str
    bound: Literal["cpu", "io"]
    first: Mode
    work: str
    times: tuple[tuple[str, str], ...]


# Jim Anderson, "Speed Up Your Python Program With Concurrency", Real Python: its scripts on its machine.
PUBLISHED: tuple[Published, ...] = (
    Published(
        source="Real Python's concurrency tutorial",
        conditions="four cores, GIL",
        bound="cpu",
        first="processes",
        work="20 × fib(35)",
        times=(("serial", "35.36 s"), ("threads 5", "39.86 s"), ("processes", "10.02 s")),
    ),
    Published(
        source="Real Python's concurrency tutorial",
        conditions="four cores, GIL",
        bound="io",
        first="asyncio",
        work="160 downloads",
        times=(
            ("serial", "14.29 s"),
            ("threads 5", "3.19 s"),
            ("asyncio all at once", "0.491 s"),
            ("processes", "3.43 s"),
        ),
    ),
)
