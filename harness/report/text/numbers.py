"""Numbers as a reader sees them: always with their interval, or with why there is none."""

import math
from collections.abc import Iterable

from harness.analysis.statistics.signed_rank import Estimate
from harness.records import Contrast, Time

UNITS = (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6), ("ns", 1e-9))
MOST_DECIMALS = 4
LARGE = 1e6  # from here on only the first digits are shown


def counted(count: int, noun: str) -> str:
    """Return "1 block", "2 blocks"."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def plain_ratio(contrast: Contrast) -> str:
    """Return the ratio alone, for use directly before `bounds`."""
    return _fixed(contrast.ratio, _ratio_decimals(contrast))


def bounds(contrast: Contrast) -> str:
    """Return "[1.85, 1.95]", or why there is no interval."""
    if contrast.low is None or contrast.high is None:
        return f"({counted(contrast.blocks, 'block')}, no interval)"
    decimals = _ratio_decimals(contrast)
    return f"[{_fixed(contrast.low, decimals)}, {_fixed(contrast.high, decimals)}]"


def ratio_with_bounds(contrast: Contrast) -> str:
    """Return "1.90 [1.85, 1.95]"."""
    return f"{plain_ratio(contrast)} {bounds(contrast)}"


def slowdown(contrast: Contrast) -> str:
    """Return time(subject) / time(baseline), "1.64" for a ratio of 0.61."""
    return _fixed(1 / contrast.ratio, _decimals_for(1 / contrast.ratio))


def parenthesised(contrast: Contrast) -> str:
    """Return "(1.90 [1.85, 1.95])", or "(1.90, 1 block, no interval)"."""
    if contrast.low is None or contrast.high is None:
        return f"({plain_ratio(contrast)}, {bounds(contrast)[1:]}"
    return f"({ratio_with_bounds(contrast)})"


def unit_for(times: Iterable[Time]) -> tuple[str, float]:
    """Return the name and the seconds of the unit in which the shortest of the times is at least 1."""
    shortest = min((time.seconds for time in times if time.seconds > 0), default=1.0)
    return next((unit for unit in UNITS if shortest >= unit[1]), UNITS[-1])


def time_with_bounds(time: Time, unit_seconds: float, unit: str = "") -> str:
    """Return "12.3 ms [12.2, 12.5]" (without the unit's name if none is given), or why there is no interval."""
    return with_bounds(Estimate(time.seconds, time.low, time.high), time.blocks, unit_seconds, unit)


def with_bounds(estimate: Estimate, blocks: int, unit_size: float = 1.0, unit: str = "") -> str:
    """Return "12.3 MiB [12.2, 12.5]" of any quantity, divided by `unit_size`, or why there is no interval."""
    point, low, high = estimate.point / unit_size, estimate.low, estimate.high
    decimals = _decimals_for(point)
    named = f" {unit}" if unit else ""
    if low is None or high is None:
        return f"{_fixed(point, decimals)}{named} ({counted(blocks, 'block')}, no interval)"
    low, high = low / unit_size, high / unit_size
    if (high - low) / 2 < 10.0**-decimals:  # otherwise the interval would be shown as a point
        decimals += 1
    return f"{_fixed(point, decimals)}{named} [{_fixed(low, decimals)}, {_fixed(high, decimals)}]"


def _ratio_decimals(contrast: Contrast) -> int:
    """Two decimals around 1; one more for a narrow interval, and as many as it takes to show that it excludes 1."""
    decimals = _decimals_for(contrast.ratio) - (contrast.ratio < 1)
    low, high = contrast.low, contrast.high
    if low is None or high is None:
        return decimals
    if (high - low) / 2 < 10.0**-decimals:
        decimals += 1
    while decimals < MOST_DECIMALS and (low > 1 >= round(low, decimals) or high < 1 <= round(high, decimals)):
        decimals += 1
    return decimals


def _decimals_for(number: float) -> int:
    """Decimals that show three digits of a number."""
    if number <= 0 or not math.isfinite(number):
        return 2
    return min(MOST_DECIMALS, max(0, 2 - math.floor(math.log10(number))))


def _fixed(number: float, decimals: int) -> str:
    """A fixed number of decimals; very large or very small numbers by their first digits."""
    if number >= LARGE or 0 < number < 0.5 * 10.0**-MOST_DECIMALS:
        return f"{number:.2g}"
    return f"{number:.{decimals}f}"
