"""Calibration: once for each case, one loop under every arm; the slowest decides for all of them."""

import math
from collections.abc import Sequence
from typing import Any

import msgspec

from harness.experiment.measure import service_trial
from harness.experiment.measure.schedule import Turn
from harness.experiment.measure.sites import Source
from harness.experiment.process import worker_process
from harness.experiment.process.limits import Guard
from harness.experiment.process.worker_process import Outcome, PreparedArm
from harness.records import Case, PlannedCase, Server, Settings, Value

# A value should last 0.1 to 0.5 s (design of the method): long against the clock's and the scheduler's grain, short
# against the seconds in which a shared machine changes its state.
SHORTEST_SECONDS = {"normal": 0.2, "precise": 0.2, "quick": 0.1}
LONGEST_SECONDS = 0.5
# The first value of downloads was up to a fifth slower than the second after one loop of warm-up (160 tasks on 3.12, 20
# threads on 3.13t), so they are warmed up for about half a second. Computing has nothing to open, and specialisation
# needs a few calls. A quick run warms up for one loop.
WARMUP_SECONDS = {"io": 0.5, "cpu": 0.1}
MOST_WARMUPS = 4
VALUES = {"normal": 2, "precise": 2, "quick": 1}


def order_for(source: Source, case: Case, settings: Settings, counts: dict[str, int]) -> dict[str, Any]:
    """Return a worker's order to measure one case; `counts` are its loops, values and warmups."""
    return {
        "task": "measure",
        "path": str(source.file),
        "mode": case.mode,
        "workers": case.workers,
        "size": settings.size,
        "point": source.point,
        "scaling": settings.scaling,
        "sites": source.sites.urls,
        "start_method": settings.start_method,
        "jobs": None,
        "clients": source.clients,
        **counts,
    }


def run(
    arm: PreparedArm, source: Source, case: Case, settings: Settings, counts: dict[str, int]
) -> tuple[Outcome, Server | None]:
    """Let one worker process measure a case under an arm; with what the local sites saw of it, where there are any."""

    def trial() -> Outcome:
        order = order_for(source, case, settings, counts)
        guard = Guard(settings.memory_limit_bytes)
        if source.clients is not None:
            return service_trial.run(arm, order, settings.timeout_seconds, guard=guard)
        return worker_process.run(arm.python, arm.arm.python_gil, order, settings.timeout_seconds, guard)

    return source.sites.observe(trial)


def calibrate(
    case: Case, bound: str, source: Source, arms: Sequence[PreparedArm], settings: Settings
) -> tuple[PlannedCase | None, list[tuple[Turn, Outcome]]]:
    """Return the case with its loops, values and warm-ups (None when it fails under every arm), and what failed.

    A failure is recorded in block 0, which holds no measurements.

    Size `original` follows its source: one value of one loop, no warm-up, and so nothing to calibrate. A service is
    measured once for each server, under a load that its file fixes.
    """
    if settings.size == "original":
        return PlannedCase(case=case, loops=1, values=1, warmups=0), []
    # A quick run has no time for a warm-up here: one loop too many or too few does it no harm.
    once = {"loops": 1, "values": 1, "warmups": 0 if settings.profile == "quick" else 1}
    outcomes = {each.arm.label: run(each, source, case, settings, once)[0] for each in arms}
    single = PlannedCase(case=case, loops=1, values=1, warmups=1)
    failures = [(Turn(single, arm, 0, 0), outcome) for arm, outcome in outcomes.items() if outcome.status != "ok"]
    first = [msgspec.convert(each.done["values"][0], Value) for each in outcomes.values() if each.status == "ok"]
    seconds = [value.whole_seconds for value in first]
    if seconds and source.clients is not None:
        return single, failures
    return (counts(case, max(seconds), settings.profile, bound) if seconds else None), failures


def counts(case: Case, slowest_seconds: float, profile: str, bound: str) -> PlannedCase:
    """Choose loops and values from the seconds that one loop took under the slowest arm, and warm-ups from both."""
    loops = max(1, math.ceil(SHORTEST_SECONDS[profile] / max(slowest_seconds, 1e-6)))
    values = VALUES[profile] if loops * slowest_seconds <= LONGEST_SECONDS else 1
    warm = 0.0 if profile == "quick" else WARMUP_SECONDS[bound]
    warmups = min(MOST_WARMUPS, max(1, math.ceil(warm / max(slowest_seconds, 1e-6))))
    return PlannedCase(case=case, loops=loops, values=values, warmups=warmups)
