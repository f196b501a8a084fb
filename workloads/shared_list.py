"""Contention: use a list: each worker its own, one whose items all only read, one whose items all replace.

Processes share nothing: there every process has its own copy of the shared list.
"""

from contextlib import contextmanager

LENGTH = 64


def settings(times):
    return {setting: [(setting, times)] * 16 for setting in ("private", "read", "written")}


GROUP = "contention"
SERIES = "setting"
SIZES = {"quick": settings(20_000), "default": settings(80_000)}
SHARED = [1] * LENGTH


@contextmanager
def resource():
    yield [1] * LENGTH


def run(job, own):
    setting, times = job
    items = own if setting == "private" else SHARED
    total = 0
    if setting == "read":
        for number in range(times):
            total += items[number % LENGTH]
        return total
    for number in range(times):
        items[number % LENGTH] = 1  # what was there already, so that the answer is the same whoever wrote last
        total += items[number % LENGTH]
    return total
