"""Numbers as a reader sees them: always with their interval, or with why there is none."""

import math
from collections.abc import Iterable

from harness.records import Estimate, Time

UNITS = (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6), ("ns", 1e-9))
MOST_DECIMALS = 4
LARGE = 1e6  # from here on only the first digits are shown


def counted(count: int, noun: str) -> str:
    """Return "1 block", "2 blocks"."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def plain_ratio(ratio: Estimate) -> str:
    """Return the ratio alone, for use directly before `bounds`."""
    return _fixed(ratio.point, _ratio_decimals(ratio))


def bounds(ratio: Estimate) -> str:
    """Return "[1.85, 1.95]", or why there is no interval."""
    if ratio.interval is None:
        return f"({counted(ratio.blocks, 'block')}, no interval)"
    decimals = _ratio_decimals(ratio)
    low, high = ratio.interval
    return f"[{_fixed(low, decimals)}, {_fixed(high, decimals)}]"


def ratio_with_bounds(ratio: Estimate) -> str:
    """Return "1.90 [1.85, 1.95]"."""
    return f"{plain_ratio(ratio)} {bounds(ratio)}"


def slowdown(ratio: Estimate) -> str:
    """Return time(subject) / time(baseline), "1.64" for a ratio of 0.61."""
    return _fixed(1 / ratio.point, _decimals_for(1 / ratio.point))


def parenthesised(ratio: Estimate) -> str:
    """Return "(1.90 [1.85, 1.95])", or "(1.90, 1 block, no interval)"."""
    if ratio.interval is None:
        return f"({plain_ratio(ratio)}, {bounds(ratio)[1:]}"
    return f"({ratio_with_bounds(ratio)})"


def unit_for(times: Iterable[Time]) -> tuple[str, float]:
    """Return the name and the seconds of the unit in which the shortest of the times is at least 1."""
    shortest = min((time.estimate.point for time in times if time.estimate.point > 0), default=1.0)
    return next((unit for unit in UNITS if shortest >= unit[1]), UNITS[-1])


def time_with_bounds(time: Time, unit_seconds: float, unit: str = "") -> str:
    """Return "12.3 ms [12.2, 12.5]" (without the unit's name if none is given), or why there is no interval."""
    return with_bounds(time.estimate, unit_seconds, unit)


def with_bounds(estimate: Estimate, unit_size: float = 1.0, unit: str = "") -> str:
    """Return "12.3 MiB [12.2, 12.5]" of any quantity, divided by `unit_size`, or why there is no interval."""
    point = estimate.point / unit_size
    decimals = _decimals_for(point)
    named = f" {unit}" if unit else ""
    if estimate.interval is None:
        return f"{_fixed(point, decimals)}{named} ({counted(estimate.blocks, 'block')}, no interval)"
    low, high = (end / unit_size for end in estimate.interval)
    if (high - low) / 2 < 10.0**-decimals:  # otherwise the interval would be shown as a point
        decimals += 1
    return f"{_fixed(point, decimals)}{named} [{_fixed(low, decimals)}, {_fixed(high, decimals)}]"


def _ratio_decimals(ratio: Estimate) -> int:
    """Two decimals around 1; one more for a narrow interval, and as many as it takes to show that it excludes 1."""
    decimals = _decimals_for(ratio.point) - (ratio.point < 1)
    if ratio.interval is None:
        return decimals
    low, high = ratio.interval
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
