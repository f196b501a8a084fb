"""Tables and numbers as Markdown."""

from collections.abc import Sequence

from harness.selftest import judging
from harness.selftest.judging import Estimate

NONE = "–"


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def ratio(found: Estimate | None) -> str:
    """Return a ratio with its interval, or why it has none."""
    if found is None:
        return NONE
    if found.low is None or found.high is None:
        return f"{found.point:.3f} (one block, no interval)"
    return f"{found.point:.3f} [{found.low:.3f}, {found.high:.3f}]"


def share(hits: int, tries: int) -> str:
    """Return a share with its 95 % interval."""
    if not tries:
        return NONE
    low, high = judging.share_interval(hits, tries)
    return f"{hits / tries:.1%} [{low:.1%}, {high:.1%}]"


def percent(fraction: float | None) -> str:
    """Return a half-width in percent, as in ±1.9 %."""
    return NONE if fraction is None else f"±{fraction * 100:.1f} %"


def clock(seconds: float) -> str:
    """Return seconds as whole seconds, or from ten minutes up as minutes."""
    return f"{seconds:.0f} s" if seconds < 600 else f"{seconds / 60:.0f} min"  # noqa: PLR2004 - ten minutes
