"""Half-widths and seconds as text."""

from harness.selftest.markdown_table import NONE


def percent(fraction: float | None) -> str:
    """Return a half-width in percent, as in ±1.9 %."""
    return NONE if fraction is None else f"±{fraction * 100:.1f} %"


def clock(seconds: float) -> str:
    """Return seconds as whole seconds, or from ten minutes up as minutes."""
    return f"{seconds:.0f} s" if seconds < 600 else f"{seconds / 60:.0f} min"
