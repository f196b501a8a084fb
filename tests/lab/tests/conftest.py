"""Sessions whose measurements are made up."""

from tests.shared.session import here, label, other_run, own_lock, taking

__all__ = ["here", "label", "other_run", "own_lock", "taking"]
