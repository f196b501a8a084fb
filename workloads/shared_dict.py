"""Contention: use a dict: each worker its own, one that all only look things up in, one that all write to.

Processes share nothing: there every process has its own copy of the shared dict.
"""

from contextlib import contextmanager

KEYS = 64


def settings(times):
    return {setting: [(setting, times)] * 16 for setting in ("private", "read", "written")}


GROUP = "contention"
SERIES = "setting"
SIZES = {"quick": settings(20_000), "default": settings(80_000)}
SHARED = dict.fromkeys(range(KEYS), 1)


@contextmanager
def resource():
    yield dict.fromkeys(range(KEYS), 1)


def run(job, own):
    setting, times = job
    table = own if setting == "private" else SHARED
    total = 0
    if setting == "read":
        for number in range(times):
            total += table[number % KEYS]
        return total
    for number in range(times):
        table[number % KEYS] = 1  # what was there already, so that the answer is the same whoever wrote last
        total += table[number % KEYS]
    return total
