"""Contention: count up without a lock. Reading, adding and writing back are three steps, so updates can get lost.

A job that leaves nobody else counting answers how many were lost since that was last so, any other answers 0. Processes
share nothing, so they lose nothing.
"""

from threading import Lock

GROUP = "contention"
SIZES = {"quick": [30_000] * 16, "default": [120_000] * 16}
ANSWERS_VARY = "it counts the updates that a race lost, and that is another number each time."
ANSWERS_COUNT = "lost updates"


class Tally:
    def __init__(self):
        self.value = self.expected = self.counting = 0
        self.lock = Lock()


TALLY = Tally()


def run(times):
    with TALLY.lock:
        TALLY.counting += 1
        TALLY.expected += times
    for _ in range(times):
        TALLY.value += 1
    with TALLY.lock:
        TALLY.counting -= 1
        if TALLY.counting:
            return 0
        lost = TALLY.expected - TALLY.value
        TALLY.value = TALLY.expected = 0
    return lost
