"""Contention: count up under a lock: each worker its own counter, one that all only read, one that all count up.

Processes share nothing: there every process has its own copy of the shared counter.
"""

from contextlib import contextmanager
from threading import Lock


class Counter:
    def __init__(self):
        self.value = 0
        self.lock = Lock()


def settings(times):
    return {setting: [(setting, times)] * 16 for setting in ("private", "read", "written")}


GROUP = "contention"
SERIES = "setting"
SIZES = {"quick": settings(15_000), "default": settings(60_000)}
SHARED = Counter()


@contextmanager
def resource():
    yield Counter()


def run(job, own):
    setting, times = job
    counter = own if setting == "private" else SHARED
    if setting == "read":
        return sum(counter.value for _ in range(times))
    before = counter.value
    for _ in range(times):
        with counter.lock:
            counter.value += 1
    return counter.value - before >= times  # more where others count as well, less where an update was lost
