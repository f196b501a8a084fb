"""Whether the machine or the driver stood still between two trials of a block."""

import time

from harness.experiment.machine.counters import suspended_seconds
from harness.experiment.process.limits import STANDSTILL_SECONDS


class Pulse:
    """Beats at the end of each trial: the next one follows at once, or something was suspended or stopped."""

    def __init__(self) -> None:
        self.beat()

    def beat(self) -> None:
        """Note the moment."""
        self._at, self._suspended = time.monotonic(), suspended_seconds()

    def missed_seconds(self) -> float:
        """Return for how long nothing ran since the last beat, 0 where that was no longer than it takes to go on."""
        gap = time.monotonic() - self._at
        suspended = suspended_seconds() - self._suspended
        return (gap if gap > STANDSTILL_SECONDS else 0.0) + (suspended if suspended > STANDSTILL_SECONDS else 0.0)
