"""Contention: count up without a lock. Reading, adding and writing back are three steps, so updates can get lost.

The answer of the last job to finish is how many were lost; the others answer 0. Processes share nothing, so they lose
nothing.
"""

from threading import Lock

GROUP = "contention"
JOBS_OF_A_LOOP = 16
SIZES = {"quick": [30_000] * JOBS_OF_A_LOOP, "default": [120_000] * JOBS_OF_A_LOOP}
ANSWERS_VARY = "it counts the updates that a race lost, and that is another number each time."
ANSWERS_COUNT = "lost updates"


class Tally:
    def __init__(self):
        self.value, self.unfinished, self.lock = 0, JOBS_OF_A_LOOP, Lock()


TALLY = Tally()


def run(times):
    for _ in range(times):
        TALLY.value += 1
    with TALLY.lock:
        TALLY.unfinished -= 1
        if TALLY.unfinished:
            return 0
        lost = JOBS_OF_A_LOOP * times - TALLY.value
        TALLY.value, TALLY.unfinished = 0, JOBS_OF_A_LOOP
    return lost
