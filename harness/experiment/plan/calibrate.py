"""Calibration: once for each case, one loop under every arm; the slowest decides for all of them."""

import math
from collections.abc import Sequence

from harness.experiment.measure import trial
from harness.experiment.measure.answers import TrialResult
from harness.experiment.measure.schedule import Turn
from harness.experiment.measure.sites import Source
from harness.experiment.measure.trial import Counts
from harness.experiment.process.worker_process import PreparedArm
from harness.records import Case, PlannedCase, Settings

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


def calibrate(
    case: Case, bound: str, source: Source, arms: Sequence[PreparedArm], settings: Settings
) -> tuple[PlannedCase | None, list[tuple[Turn, TrialResult]]]:
    """Return the case with its loops, values and warm-ups (None when it fails under every arm), and the failures.

    A failure is recorded in block 0, which holds no measurements.

    Size `original` follows its source: one value of one loop, no warm-up, and so nothing to calibrate. A service is
    measured once for each server, under a load that its file fixes.
    """
    if settings.size == "original":
        return PlannedCase(case=case, loops=1, values=1, warmups=0), []
    # A quick run has no time for a warm-up here: one loop too many or too few does it no harm.
    once = Counts(loops=1, values=1, warmups=0 if settings.profile == "quick" else 1)
    results = {arm.arm.label: trial.run(arm, source, case, settings, once)[0] for arm in arms}
    single = PlannedCase(case=case, loops=1, values=1, warmups=1)
    failures = [(Turn(single, arm, 0, 0), result) for arm, result in results.items() if result.answer is None]
    seconds = [result.answer.values[0].whole_seconds for result in results.values() if result.answer is not None]
    if not seconds:
        return None, failures
    if source.clients is not None:
        return single, failures
    return planned(case, max(seconds), settings.profile, bound), failures


def planned(case: Case, slowest_seconds: float, profile: str, bound: str) -> PlannedCase:
    """Choose loops and values from the seconds that one loop took under the slowest arm, and warm-ups from both."""
    loops = max(1, math.ceil(SHORTEST_SECONDS[profile] / max(slowest_seconds, 1e-6)))
    values = VALUES[profile] if loops * slowest_seconds <= LONGEST_SECONDS else 1
    warm_seconds = 0.0 if profile == "quick" else WARMUP_SECONDS[bound]
    warmups = min(MOST_WARMUPS, max(1, math.ceil(warm_seconds / max(slowest_seconds, 1e-6))))
    return PlannedCase(case=case, loops=loops, values=values, warmups=warmups)
