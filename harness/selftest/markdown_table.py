"""Tables and numbers as Markdown."""

from collections.abc import Sequence

from harness.selftest import judging
from harness.selftest.judging import Estimate

NONE = "–"


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def ratio(estimate: Estimate | None) -> str:
    """Return a ratio with its interval, or why it has none."""
    if estimate is None:
        return NONE
    if estimate.low is None or estimate.high is None:
        return f"{estimate.point:.3f} (one block, no interval)"
    return f"{estimate.point:.3f} [{estimate.low:.3f}, {estimate.high:.3f}]"


def share(hits: int, tries: int) -> str:
    """Return a share with its 95 % interval."""
    if not tries:
        return NONE
    low, high = judging.share_interval(hits, tries)
    return f"{hits / tries:.1%} [{low:.1%}, {high:.1%}]"
