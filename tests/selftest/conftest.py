"""Sessions whose measurements are made up."""

from tests.shared.sessions import a_timer, label, other_run, own_lock, session

__all__ = ["a_timer", "label", "other_run", "own_lock", "session"]
