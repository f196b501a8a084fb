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
# Loops of a calibration; those before the last show what a case has to warm up.
TRIED = 3
# What the loops before a case is warm may add to the mean of a trial's values.
COLD_SHARE = 0.01
VALUES = {"normal": 2, "precise": 2, "quick": 1}


def calibrate(
    case: Case, source: Source, arms: Sequence[PreparedArm], settings: Settings
) -> tuple[PlannedCase | None, list[tuple[Turn, TrialResult]]]:
    """Return the case with its loops, values and warm-ups (None when it fails under every arm), and the failures.

    A failure is recorded in block 0, which holds no measurements.

    Size `original` follows its source: one value of one loop, no warm-up, and so nothing to calibrate. A service is
    measured once for each server, under a load that its file fixes.
    """
    if settings.size == "original":
        return PlannedCase(case=case, loops=1, values=1, warmups=0), []
    # A quick run has no time for more: one loop too many or too few does it no harm.
    alone = settings.profile == "quick" or source.clients is not None
    counts = Counts(loops=1, values=1 if alone else TRIED, warmups=0 if source.clients is None else 1)
    results = {arm.arm.label: trial.run(arm, source, case, settings, counts)[0] for arm in arms}
    single = PlannedCase(case=case, loops=1, values=1, warmups=1)
    failures = [(Turn(single, arm, 0, 0), result) for arm, result in results.items() if result.answer is None]
    seconds = [[value.whole_seconds for value in r.answer.values] for r in results.values() if r.answer is not None]
    if not seconds:
        return None, failures
    if source.clients is not None:
        return single, failures
    return planned(case, seconds, settings.profile), failures


def planned(case: Case, seconds: Sequence[Sequence[float]], profile: str) -> PlannedCase:
    """Choose loops and values from what the last loop took under the slowest arm, and warm-ups from those before it.

    `seconds` has the loops of each arm, in order, as many under every arm.
    """
    slowest_seconds = max(loops[-1] for loops in seconds)
    loops = max(1, math.ceil(SHORTEST_SECONDS[profile] / max(slowest_seconds, 1e-6)))
    values = VALUES[profile] if loops * slowest_seconds <= LONGEST_SECONDS else 1
    return PlannedCase(case=case, loops=loops, values=values, warmups=_warmups(seconds, loops * values))


def _warmups(seconds: Sequence[Sequence[float]], loops: int) -> int:
    """Return how many loops to throw away, so that the mean of `loops` more is within a hundredth of warm ones.

    All arms have to agree that a loop is slower than the last one: on a noisy machine any one of them is by chance,
    and warming up for nothing costs each trial of the run. The check `still-warming-up` finds a case that needs more.
    """
    needed = 0
    for number in range(len(seconds[0]) - 1):
        if min(of_arm[number] / max(of_arm[-1], 1e-9) - 1 for of_arm in seconds) > COLD_SHARE * loops:
            needed = number + 1
    return needed
