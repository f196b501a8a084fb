"""What several checks say alike."""

from collections.abc import Iterable, Sequence

from harness.records import Side, Trial


def count(trials: Sequence[Trial]) -> str:
    """Return "1 trial", "2 trials"."""
    return "1 trial" if len(trials) == 1 else f"{len(trials)} trials"


def sides(trials: Iterable[Trial]) -> tuple[Side, ...]:
    """Return the sides of trials, each once, in order."""
    return tuple(sorted({trial.side for trial in trials}))
