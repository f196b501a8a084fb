"""The words and units that the records are made of."""

from typing import Annotated, Literal

from msgspec import Meta

FORMAT = 1  # of a run directory; raised when an older reader would misunderstand what is written

# No run lasts for decades and no machine counts further: what is beyond these was not measured, and would only make
# numbers overflow.
MOST_SECONDS, MOST = 1e9, 2**53

Seconds = Annotated[float, Meta(ge=0.0, le=MOST_SECONDS)]
Amount = Annotated[float, Meta(ge=-MOST_SECONDS, le=MOST_SECONDS)]  # a difference of two readings may be below zero
Count = Annotated[int, Meta(ge=0, le=MOST)]
Times = Annotated[int, Meta(ge=1, le=MOST)]
Share = Annotated[float, Meta(gt=0.0, le=1.0)]
Number = Annotated[int, Meta(ge=-MOST, le=MOST)]
Mode = Literal["serial", "serial-after-thread", "threads", "processes", "asyncio"]
Span = Literal["whole", "work"]
Quantile = Literal["ping p50", "ping p99", "ping max", "ping p50 from sending", "ping p99 from sending"]
Quantity = Literal[Span, Quantile]
Verdict = Literal["faster", "slower", "equivalent", "undecided"]
Size = Literal["quick", "default", "original"]

MODES: tuple[Mode, ...] = ("serial", "serial-after-thread", "threads", "processes", "asyncio")
ONE_BY_ONE: tuple[Mode, ...] = ("serial", "serial-after-thread")  # nothing is concurrent, so they have one worker
SERVICE_MODES: tuple[Mode, ...] = ("serial", "threads", "processes")  # what a service on an event loop computes in
QUANTILES: tuple[Quantile, ...] = ("ping p50", "ping p99", "ping max")  # of the pings of one trial
SPANS: tuple[Span, ...] = ("whole", "work")
