"""What the measuring loop has to know of all trials so far, in as little memory as that takes."""

from array import array
from collections import Counter
from collections.abc import Iterable

import numpy as np

from harness.analysis.samples.columns import Columns, Marks
from harness.analysis.samples.filter import Work, agreed, counts_as_measured, work
from harness.analysis.samples.readings import Readings, of_columns
from harness.analysis.samples.suspensions import stood_still_seconds
from harness.analysis.stopping import count_failure, given_up
from harness.analysis.values_per_process import in_pilot
from harness.records import Experiment, Side, Trial

NEVER = 127  # more than any attempt


class History:
    """The timed trials of a run, added in the order of the journal.

    Records are kept of the `pilot` and of the last block (`of_block`), of all others columns of numbers: a run may have
    a hundred thousand, and each block is estimated from all before it.
    """

    def __init__(self, experiment: Experiment, trials: Iterable[Trial] = ()) -> None:
        self.block = 1
        self.elapsed_seconds = 0.0
        self.of_block: list[Trial] = []
        self.pilot: list[Trial] = []
        self._experiment = experiment
        self._failures: Counter[Side] = Counter()
        self._columns = Columns()
        self._answers: dict[tuple[Work, str | None], int] = {}
        self._answer, self._serial = array("i"), array("b")
        self._attempt, self._cut_off = (
            array("b"),
            array("b"),
        )  # of a trial, and in which attempt a suspension cut it off
        for trial in trials:
            self.add(trial)

    def add(self, trial: Trial) -> None:
        """Add the trial that was measured last; one of block 0, which is calibration, for its failure alone."""
        self.elapsed_seconds += trial.elapsed_seconds
        count_failure(self._failures, trial)
        if trial.block > self.block:
            self.block, self.of_block = trial.block, []
        if trial.block == self.block:
            self.of_block.append(trial)
        if in_pilot(trial):
            self.pilot.append(trial)
        if counts_as_measured(trial):
            self._columns.add(trial)
            answer = work(self._experiment, trial), trial.answer
            self._answer.append(self._answers.setdefault(answer, len(self._answers)))
            self._serial.append(trial.mode == "serial")
            self._attempt.append(trial.attempt)
            self._cut_off.append(NEVER)
        if stood_still_seconds(trial):
            for place in np.flatnonzero(self._columns.block == trial.block).tolist():
                self._cut_off[place] = min(self._cut_off[place], trial.attempt)

    def given_up_sides(self) -> list[Side]:
        """Return the sides whose last three trials failed."""
        return given_up(self._failures)

    def readings(self, before: int) -> Readings:
        """Return what `readings.readings` does, of the blocks before one."""
        measured = (self._columns.block < before) & (np.array(self._cut_off) == NEVER)
        return of_columns(self._columns, self._usable(measured))

    def _usable(self, measured: Marks) -> Marks:
        """Return which of the measured trials gave the answer that they agree on."""
        answer, serial = np.array(self._answer, dtype=int), np.array(self._serial, dtype=bool)
        answers = list(self._answers)
        counts: dict[Work, Counter[str | None]] = {}
        order = np.concatenate([np.flatnonzero(measured & serial), np.flatnonzero(measured & ~serial)])
        numbers, first, times = np.unique(answer[order], return_index=True, return_counts=True)
        for which in np.argsort(first).tolist():
            work_done, reply = answers[numbers[which]]
            counts.setdefault(work_done, Counter())[reply] = int(times[which])
        of_all = agreed(self._experiment, counts)
        right = [work_done in of_all and of_all[work_done] in (None, reply) for work_done, reply in answers]
        return np.asarray(measured & np.array(right, dtype=bool)[answer], dtype=bool)
