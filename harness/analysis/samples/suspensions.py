"""Trials that cannot be paired because the machine was suspended, or the driver stopped, in their block."""

from collections.abc import Iterable

from harness.records import Side, Trial

Place = tuple[int, Side, int]  # block, side and attempt: no two trials have the same


def place(trial: Trial) -> Place:
    """Return what tells a timed trial from all others."""
    return trial.block, trial.side, trial.attempt


def stood_still_seconds(trial: Trial) -> float:
    """Return for how long nothing ran, in the trial or between it and the one before in its block."""
    around = trial.surroundings
    return 0.0 if around is None else around.suspended_seconds or 0.0


def spanned(trials: Iterable[Trial]) -> frozenset[Place]:
    """Return the places of the trials that nothing pairs with, given in the order of the journal.

    A ratio within a block cancels what both sides share because they are close in time. Those that came before a
    standstill of their block are not close to those after it; and what it fell into is not known to be as it should.
    """
    before: dict[int, list[Place]] = {}
    cut_off: set[Place] = set()
    for trial in trials:
        if trial.purpose == "time":
            of_block = before.setdefault(trial.block, [])
            of_block.append(place(trial))
            if stood_still_seconds(trial):
                cut_off.update(of_block)
    return frozenset(cut_off)
