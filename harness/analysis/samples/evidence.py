"""The trials of a run, sorted once by what they are good for: what all checks look at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from harness.analysis.samples.canaries import FastSeconds, fast_seconds
from harness.analysis.samples.columns import Columns
from harness.analysis.samples.filter import Work, agreed_answers, by_block, comparable, measured
from harness.analysis.samples.readings import Readings, of_columns
from harness.records import Experiment, Journal, Side, Trial


@dataclass(frozen=True)
class Evidence:
    """`measured` trials succeeded, `usable` ones of these are what estimates are made from.

    `first` has the usable trials by side and block, of several attempts the first; `agreed` the answer of each work,
    None where answers vary; `fast` the fast mode of each kind of canary among the usable trials.
    """

    journal: Journal
    measured: Sequence[Trial]
    agreed: Mapping[Work, str | None]
    usable: Sequence[Trial]
    first: Mapping[Side, Mapping[int, Trial]]
    fast: FastSeconds
    readings: Readings


def evidence(experiment: Experiment, journal: Journal) -> Evidence:
    """Sort the trials of a journal."""
    every = measured(journal.trials)
    agreed = agreed_answers(experiment, every)
    usable = comparable(experiment, every, agreed)
    columns = Columns(usable)
    all_of_them = np.ones(len(columns), dtype=bool)
    return Evidence(
        journal=journal,
        measured=every,
        agreed=agreed,
        usable=usable,
        first=by_block(usable),
        fast=fast_seconds(usable),
        readings=of_columns(columns, all_of_them),
    )
