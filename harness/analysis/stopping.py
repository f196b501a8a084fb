"""When to stop: never because an interval excludes 1."""

from collections.abc import Sequence

from harness.analysis.contrasts import MINIMUM_BLOCKS
from harness.records import Contrast, Settings


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
    aimed = [each for each in contrasts if each.primary]
    if blocks >= MINIMUM_BLOCKS and not aimed:
        return f"{blocks} blocks are measured, and there is no primary contrast to sharpen"
    if blocks >= MINIMUM_BLOCKS and all(each.target_reached for each in aimed):
        return f"every primary contrast is known to ±{settings.target:.0%}"
    return None
