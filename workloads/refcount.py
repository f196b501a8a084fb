"""Contention: call one object's bound method: each worker its own object, one that all call, one that all also change.

Every call takes and gives back references to the object. Processes have a copy of the shared object each.
"""

from contextlib import contextmanager


class Turnstile:
    def __init__(self):
        self.open = True

    def look(self):
        return self.open

    def turn(self):
        self.open = True
        return self.open


def settings(times):
    return {setting: [(setting, times)] * 16 for setting in ("private", "read", "written")}


GROUP = "contention"
SERIES = "setting"
SIZES = {"quick": settings(20_000), "default": settings(80_000)}
SHARED = Turnstile()


@contextmanager
def resource():
    yield Turnstile()


def run(job, own):
    setting, times = job
    turnstile = own if setting == "private" else SHARED
    call = turnstile.look if setting == "read" else turnstile.turn
    return sum(call() for _ in range(times))
