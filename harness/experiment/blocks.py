"""The order of a block: every case under every arm once, shuffled, and the same again for the same seed."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from harness.records import PlannedCase, Side


@dataclass(frozen=True)
class Turn:
    """One trial's place: its case and arm, its block (from 1), and its number among all trials of the run (from 0)."""

    planned: PlannedCase
    arm: str
    block: int
    number: int

    @property
    def side(self) -> Side:
        """The case under its arm."""
        return self.planned.case.under(self.arm)


def order(cases: Sequence[PlannedCase], arms: Sequence[str], seed: int, block: int) -> list[Turn]:
    """Return one block's turns in running order.

    The cases are shuffled, and the arms of a case run back to back in random order: what is compared is close in time,
    and no arm has a place of its own. Each block has its own generator, so a resumed run continues the same order.
    """
    shuffle = random.Random(f"{seed}:{block}")  # noqa: S311 - an order that can be repeated, not a secret
    first = (block - 1) * len(cases) * len(arms)
    sides = [(case, arm) for case in shuffle.sample(cases, len(cases)) for arm in shuffle.sample(arms, len(arms))]
    return [Turn(case, arm, block, first + place) for place, (case, arm) in enumerate(sides)]
