"""The order of a block: every case under every arm once, shuffled, and the same again for the same seed."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from harness.records import Control, PlannedCase, Side


@dataclass(frozen=True)
class Turn:
    """One trial's place: its case and arm, its block (from 1), and its number among all trials of the run (from 0).

    `attempt` counts those who took the same place, from 0.
    """

    planned: PlannedCase
    arm: str
    block: int
    number: int
    attempt: int = 0

    @property
    def side(self) -> Side:
        """The case under its arm."""
        return self.planned.case.under(self.arm)


def order(
    cases: Sequence[PlannedCase], arms: Sequence[str], seed: int, block: int, control: Control | None = None
) -> list[Turn]:
    """Return one block's turns in running order.

    Workloads are shuffled, then the cases of each, and the arms of a case, its control among them, run back to back in
    random order: what is compared is close in time, and no arm has a place of its own. Each block has its own
    generator, so a resumed run continues the same order.
    """
    shuffle = random.Random(f"{seed}:{block}")  # noqa: S311 - an order that can be repeated, not a secret
    cases_by_workload: dict[str, list[PlannedCase]] = {}
    for case in cases:
        cases_by_workload.setdefault(case.case.workload, []).append(case)
    sides = []
    for of_workload in shuffle.sample(list(cases_by_workload.values()), len(cases_by_workload)):
        for case in shuffle.sample(of_workload, len(of_workload)):
            labels = [*arms, control.label] if control is not None and case.case in control.cases else arms
            sides += [(case, arm) for arm in shuffle.sample(labels, len(labels))]
    first = (block - 1) * len(sides)
    return [Turn(case, arm, block, first + place) for place, (case, arm) in enumerate(sides)]
