"""Latencies of a service: quantiles of the pings of one trial, and of those of all trials of a side together.

A latency counts from when its ping was due, and from when it was sent: the second leaves out how late the load itself
was, and with it a part of what a user waits where the load had to wait for a CPU.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from harness.analysis.results.contrasts import MINIMUM_BLOCKS
from harness.analysis.statistics.pooled_quantiles import Pooled, pooled_quantiles
from harness.analysis.statistics.signed_rank import Floats
from harness.records import QUANTILES, Contrast, Estimate, Experiment, Quantile, Service, Side, Time, Trial

RANKS: dict[Quantile, float] = {"ping p50": 0.5, "ping p99": 0.99, "ping max": 1.0}
FROM_DUE: tuple[Quantile, ...] = ("ping p50", "ping p99")
FROM_SENDING: tuple[Quantile, ...] = ("ping p50 from sending", "ping p99 from sending")
POOLED = (*FROM_DUE, *FROM_SENDING)
LEAST_PINGS = 1000  # of a side: its 99th percentile rests on ten that took longer; of fewer there is none
RESOLUTION_SECONDS = 1e-6  # of the records: a shorter latency counts as this

Blocks = Mapping[int, Trial]


def quantiles(service: Service | None) -> Iterator[tuple[Quantile, float]]:
    """Yield the quantiles of one trial's latencies in seconds, each one that was observed; none without pings.

    The q-th is the smallest latency that at least q of all do not exceed, so of fewer than 100 the 99th is the largest.
    """
    if service is None or not service.ping_seconds:
        return
    ranks = [RANKS[name] for name in QUANTILES]
    observed = np.quantile(service.ping_seconds, ranks, method="inverted_cdf").tolist()
    yield from ((name, seconds) for name, seconds in zip(QUANTILES, observed, strict=True) if seconds > 0)


class Pings:
    """The pings of every side of a run's services, by block: of several attempts at the same place the first counts."""

    def __init__(self, first: Mapping[Side, Blocks]) -> None:
        self._services = {side: services for side, blocks in first.items() if (services := _services(blocks))}
        self._pooled: dict[tuple[Side, tuple[int, ...]], tuple[Pooled, Pooled]] = {}

    @property
    def sides(self) -> list[Side]:
        """Every side that has pings."""
        return sorted(self._services)

    def common_blocks(self, *sides: Side) -> tuple[int, ...]:
        """Return the blocks in which all of the sides have pings, in order."""
        blocks = [self._services.get(side, {}).keys() for side in sides]
        return tuple(sorted(set.intersection(*map(set, blocks))))

    def count(self, side: Side, blocks: Sequence[int]) -> int:
        """Return how many pings of a side were answered in these blocks."""
        return sum(len(self._services[side][block].ping_seconds) for block in blocks)

    def pooled(self, side: Side, blocks: tuple[int, ...]) -> tuple[Pooled, Pooled]:
        """Return the quantiles FROM_DUE and those FROM_SENDING of all pings of a side in these blocks."""
        if (side, blocks) not in self._pooled:
            services = [self._services[side][block] for block in blocks]
            due, sent = [_seconds(service) for service in services], [_seconds(s, from_sending=True) for s in services]
            ranks = [RANKS[name] for name in FROM_DUE]
            self._pooled[side, blocks] = pooled_quantiles(due, ranks), pooled_quantiles(sent, ranks)
        return self._pooled[side, blocks]


def lateness(trials: Iterable[Trial]) -> tuple[float, float] | None:
    """Return how late half of the pings of these trials were sent, and how late 1 % were at least; None without any."""
    late = [seconds for trial in trials if trial.service is not None for seconds in trial.service.late_seconds]
    if not late:
        return None
    half, hundredth = np.quantile(late, [0.5, 0.99], method="inverted_cdf").tolist()
    return half, hundredth


def latencies(experiment: Experiment, pings: Pings) -> list[Time]:
    """Estimate the quantiles of the latencies of every side of a service, in seconds, but of none of the control's."""
    labels = {arm.label for arm in experiment.arms}
    return [
        Time(side=side, span=quantile, estimate=estimate)
        for side in pings.sides
        if side.arm in labels
        for blocks in [pings.common_blocks(side)]
        for quantile, estimate in _published(pings.pooled(side, blocks), pings.count(side, blocks))
    ]


def latency_contrasts(experiment: Experiment, pings: Pings) -> list[Contrast]:
    """Estimate latency(baseline) / latency(subject) of every declared pair from the blocks that both have."""
    results = []
    for pair in experiment.pairs:
        blocks = pings.common_blocks(pair.subject, pair.baseline)
        if not blocks:
            continue
        subject, baseline = (pings.pooled(side, blocks) for side in (pair.subject, pair.baseline))
        ratios = baseline[0].over(subject[0]), baseline[1].over(subject[1])
        count = min(pings.count(side, blocks) for side in (pair.subject, pair.baseline))
        results += [
            Contrast(
                subject=pair.subject,
                baseline=pair.baseline,
                span=quantile,
                estimate=estimate,
                provisional=experiment.provisional or len(blocks) < MINIMUM_BLOCKS,
            )
            for quantile, estimate in _published(ratios, count)
        ]
    return [contrast for quantile in POOLED for contrast in results if contrast.span == quantile]


def _published(both: tuple[Pooled, Pooled], count: int) -> Iterator[tuple[Quantile, Estimate]]:
    """Yield the estimates of the quantiles that so many pings allow."""
    estimates = [estimate for pooled in both for estimate in pooled.estimates()]
    for quantile, estimate in zip(POOLED, estimates, strict=True):
        if count >= LEAST_PINGS or "p99" not in quantile:
            yield quantile, estimate


def _services(blocks: Blocks) -> dict[int, Service]:
    return {
        block: trial.service
        for block, trial in blocks.items()
        if trial.service is not None and trial.service.ping_seconds and trial.service.late_seconds
    }


def _seconds(service: Service, *, from_sending: bool = False) -> Floats:
    count = min(len(service.ping_seconds), len(service.late_seconds))
    seconds: Floats = np.array(service.ping_seconds[:count])
    if from_sending:
        seconds -= np.array(service.late_seconds[:count])
    return np.asarray(np.maximum(seconds, RESOLUTION_SECONDS))
