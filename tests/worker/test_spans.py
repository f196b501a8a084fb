"""What the three spans contain, on loops with known moments."""

import hashlib
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from harness.worker import canary, measure
from harness.worker.loop import Loop
from harness.worker.modes import MODES


def test_spans_lie_between_the_four_moments_and_are_means_over_loops(monkeypatch: pytest.MonkeyPatch) -> None:
    loops = iter([Loop([1], 10.0, 10.5, 12.5, 12.75), Loop([1], 20.0, 20.25, 23.25, 23.5)])
    monkeypatch.setitem(MODES, "serial", lambda *_: next(loops))
    canaries = iter([0.002, 0.0015, 0.0025])
    monkeypatch.setattr(canary, "seconds", lambda *_: next(canaries))
    recorder = measure.Recorder(ModuleType("sample"), [1], "serial", 1, "fork")

    recorder.settle()

    assert recorder.value(2) == 2.75 + 3.5
    spans = {"start_seconds": 0.375, "work_seconds": 2.5, "stop_seconds": 0.25}
    assert recorder.values == [{**spans, "canary_seconds": [0.0015, 0.0025]}]


def test_cpu_seconds_of_the_warm_up_are_not_counted(send: Callable[..., dict[str, Any]]) -> None:
    source = """
        import time
        JOBS = [0.3]
        def run(job):
            end = time.process_time() + job
            while time.process_time() < end:
                pass
    """
    done = send(source, warmups=2, loops=1, values=1)["done"]

    # The job is defined by CPU time: one loop takes 0.3 s of it, three would take 0.9 s.
    assert 0.3 <= done["cpu_seconds"] < 0.6


def test_a_loop_does_not_start_with_what_the_one_before_left_in_cycles(send: Callable[..., dict[str, Any]]) -> None:
    source = """
        import time, weakref
        JOBS = [None]
        left = weakref.WeakSet()
        class Cycle: pass
        def run(job):
            before, cycle = len(left), Cycle()
            cycle.itself = cycle
            left.add(cycle)
            time.sleep(0.02)  # shorter loops are too many for it
            return before
    """
    done = send(source, warmups=1, loops=2, values=2)

    assert done["done"]["answer"] == hashlib.sha256(b"[0]").hexdigest()
