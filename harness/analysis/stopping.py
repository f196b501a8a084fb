"""When to stop, and what no longer needs to be measured: never because an interval excludes 1."""

from collections import Counter
from collections.abc import Iterable, Sequence

from harness.analysis.results.contrasts import MINIMUM_BLOCKS
from harness.records import Contrast, Experiment, Settings, Side, Trial

FAILURES_IN_A_ROW = 3  # after which a side leaves the run: it would only cost the others their time


def reason_to_stop(
    settings: Settings, contrasts: Sequence[Contrast], blocks: int, elapsed_seconds: float
) -> str | None:
    """Say why no further block is measured, or None; `blocks` and `elapsed_seconds` are what has been measured so far.

    Looked at before each block; the first block always runs. With --blocks N only N counts.
    """
    if blocks == 0:
        return None
    if settings.blocks is not None:
        return f"all {settings.blocks} blocks that were asked for are measured" if blocks >= settings.blocks else None
    if elapsed_seconds >= settings.budget_seconds:
        return "the time budget is spent"
    primaries = [contrast for contrast in contrasts if contrast.primary]
    if blocks >= MINIMUM_BLOCKS and not primaries:
        return f"{blocks} blocks are measured, and there is no primary contrast to sharpen"
    if blocks >= MINIMUM_BLOCKS and all(contrast.target_reached for contrast in primaries):
        return f"every primary contrast is known to ±{settings.target:.0%}"
    return None


def due(experiment: Experiment, contrasts: Sequence[Contrast], blocks: int) -> frozenset[Side]:
    """Return the sides of the next block: from the tenth block on, those of primary contrasts that are still too wide.

    So what time is left goes where intervals are wide. Serial baselines stay as long as anything of their workload and
    arm does, and the control as long as what it doubles. With --blocks N everything stays.
    """
    primaries = [contrast for contrast in contrasts if contrast.primary]
    if blocks < MINIMUM_BLOCKS or experiment.settings.blocks is not None or not primaries:
        return experiment.sides
    wide = {
        side for contrast in primaries if not contrast.target_reached for side in (contrast.subject, contrast.baseline)
    }
    kept = {(side.workload, side.arm) for side in wide}
    staying = {
        side
        for side in experiment.sides
        if side in wide or (side.mode == "serial" and (side.workload, side.arm) in kept)
    }
    if experiment.control is not None:
        pairs = experiment.control.pairs
        staying |= {pair.subject for pair in pairs if pair.baseline in staying}
    return frozenset(staying)


def given_up_sides(trials: Iterable[Trial]) -> list[Side]:
    """Return the sides whose last three trials failed."""
    failures: Counter[Side] = Counter()
    for trial in trials:
        count_failure(failures, trial)
    return given_up(failures)


def count_failure(failures: Counter[Side], trial: Trial) -> None:
    """Count how many trials of its side have failed in a row; calibration, block 0, is not one of them."""
    if trial.block > 0:
        failures[trial.side] = 0 if trial.status == "ok" else failures[trial.side] + 1


def given_up(failures: Counter[Side]) -> list[Side]:
    """Return the sides that failed too often in a row."""
    return [side for side, count in failures.items() if count >= FAILURES_IN_A_ROW]
