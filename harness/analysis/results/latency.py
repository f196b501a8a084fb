"""Latencies of a service: the quantiles of each trial's pings, and what they are over blocks."""

from collections.abc import Iterator

import numpy as np

from harness.records import QUANTILES, Quantile, Service

RANKS: dict[Quantile, float] = {"ping p50": 0.5, "ping p99": 0.99, "ping max": 1.0}


def quantiles(service: Service | None) -> Iterator[tuple[Quantile, float]]:
    """Yield the quantiles of one trial's latencies in seconds, each one that was observed; none without pings.

    The q-th is the smallest latency that at least q of all do not exceed, so of fewer than 100 the 99th is the largest.
    """
    if service is None or not service.ping_seconds:
        return
    found = np.quantile(service.ping_seconds, [RANKS[name] for name in QUANTILES], method="inverted_cdf").tolist()
    yield from ((name, seconds) for name, seconds in zip(QUANTILES, found, strict=True) if seconds > 0)
