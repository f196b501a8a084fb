"""What a standstill cut off is measured again at the end of its block, and nothing else; resuming repeats nothing."""

import random
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from harness.experiment.measure import loop, trial
from harness.experiment.measure.answers import TrialResult
from harness.experiment.measure.schedule import Turn, order
from harness.experiment.measure.sites import Sites, Source
from harness.experiment.measure.trial import Bench
from harness.experiment.process.worker_process import PreparedArm
from harness.records import Side, Trial
from harness.runs import TRIALS, read_journal
from tests.builders import a_side, a_trial, an_arm, an_experiment, settings
from tests.disturbed import slow, watched, with_control

ARMS, CASES = ("3.13", "3.13t"), (("serial", 1), ("threads", 2))
Machine = Callable[[Turn], Trial]
Measured = tuple[list[Trial], str | None]  # the trials of the run, why it ended


class Watcher:
    """Says nothing, and interrupts the run when so many blocks are done."""

    def __init__(self, last: int | None = None) -> None:
        self._last = last

    def trial(self, side: Side) -> None:
        pass

    def block_done(self, blocks: int, *_: object) -> None:
        if blocks == self._last:
            raise KeyboardInterrupt


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "Callable[..., Measured]":
    """Return a function that measures with a machine that does what it is told, and returns all trials and the reason.

    `machine(turn)` gives a turn's trial before it gets its place.
    """

    def run(machine: Machine, before: Sequence[Trial] = (), last: int | None = None, **fields: Any) -> Measured:
        def measure_turn(_: Bench, turn: Turn) -> Trial:
            return replace(machine(turn), block=turn.block, order=turn.number, attempt=turn.attempt)

        monkeypatch.setattr(trial, "measure", measure_turn)
        experiment = with_control(an_experiment(ARMS, CASES, settings=settings(**{"blocks": 2, **fields})))
        path = tmp_path / "journal"
        path.unlink(missing_ok=True)
        reason = None
        with path.open("wb") as file:
            try:
                reason = loop.measure(Bench(experiment, {}, {}), file, before, Watcher(last))
            except KeyboardInterrupt:
                reason = "interrupted"
        (tmp_path / TRIALS).write_bytes(path.read_bytes())
        return [*before, *read_journal(tmp_path).trials], reason

    return run


def quiet(turn: Turn) -> Trial:
    return watched(a_trial(turn.arm, turn.side.mode, turn.side.workers))


def unless(suspended: Callable[[Turn], bool]) -> Machine:
    """A machine that is suspended during the turns that are chosen."""
    return lambda turn: watched(quiet(turn), suspended_seconds=9.0) if suspended(turn) else quiet(turn)


THREADS = a_side("3.13", "threads", 2)


def places(trials: Iterable[Trial]) -> list[tuple[int, int, int]]:
    return [(trial.block, trial.order, trial.attempt) for trial in trials]


def test_an_undisturbed_run_measures_every_place_once(run: Callable[..., Measured]) -> None:
    trials, reason = run(quiet)

    assert places(trials) == [(1, number, 0) for number in range(6)] + [(2, number, 0) for number in range(6, 12)]
    assert reason == "all 2 blocks that were asked for are measured"


def test_a_slow_trial_is_not_measured_again(run: Callable[..., Measured]) -> None:
    trials, _ = run(lambda turn: slow(quiet(turn)) if turn.side == THREADS else quiet(turn))

    assert [trial.attempt for trial in trials] == [0] * 12


def test_what_a_standstill_cut_off_is_repeated_at_the_end_of_its_block_and_keeps_its_number(
    run: Callable[..., Measured],
) -> None:
    trials, _ = run(unless(lambda turn: turn.number == 2 and turn.attempt == 0))

    assert places(trials)[:10] == [
        *((1, place, 0) for place in range(6)),
        *((1, place, 1) for place in range(3)),
        (2, 6, 0),
    ]


def test_it_is_repeated_twice_at_most(run: Callable[..., Measured]) -> None:
    trials, _ = run(unless(lambda turn: turn.number == 6))

    assert places(trials)[12:] == [(2, 6, 1), (2, 6, 2)]


def test_a_failed_trial_is_not_repeated(run: Callable[..., Measured]) -> None:
    def fails(turn: Turn) -> Trial:
        failed = a_trial(turn.arm, turn.side.mode, turn.side.workers, status="failed", values=(), reason="no")
        return failed if turn.side == THREADS else quiet(turn)

    assert [trial.attempt for trial in run(fails)[0]] == [0] * 12


def test_resuming_anywhere_measures_nothing_twice_and_nothing_less(run: Callable[..., Measured]) -> None:
    def fate(turn: Turn) -> bool:
        return random.Random(f"a {turn.side} {turn.block} {turn.attempt}").random() < 0.5

    whole, reason = run(unless(fate), blocks=4)
    attempts = [trial.attempt for trial in whole]
    assert (attempts.count(0), attempts.count(1) > 5, attempts.count(2) > 2) == (24, True, True)
    for cut in range(len(whole) + 1):
        assert run(unless(fate), before=whole[:cut], blocks=4) == (whole, reason), f"after {cut} trials"


def test_after_ten_blocks_serial_baselines_stay_with_what_is_not_known_well_enough(
    run: Callable[..., Measured],
) -> None:
    def uneven(turn: Turn) -> Trial:
        wobble = 1.3 if (turn.side.mode, turn.arm, turn.block % 2) == ("threads", "3.13t", 1) else 1.0
        return watched(a_trial(turn.arm, turn.side.mode, turn.side.workers, seconds=0.2 * wobble))

    trials, _ = run(uneven, last=12, blocks=None)
    sides = {block: {trial.side for trial in trials if trial.block == block} for block in range(1, 13)}
    controls = {a_side("3.13t-control", *case) for case in CASES}
    everything = {a_side(arm, *case) for arm in ARMS for case in CASES} | controls

    assert all(sides[block] == everything for block in range(1, 11))
    assert sides[11] == sides[12] == everything
    assert [trial.order for trial in trials] == list(range(72))


def test_what_has_reached_its_target_leaves_after_ten_blocks_and_its_numbers_stay_free(
    run: Callable[..., Measured],
) -> None:
    def uneven(turn: Turn) -> Trial:
        wobble = 1.3 if (turn.side.mode, turn.arm, turn.block % 2) == ("serial", "3.13t", 1) else 1.0
        return watched(a_trial(turn.arm, turn.side.mode, turn.side.workers, seconds=0.2 * wobble))

    trials, _ = run(uneven, last=12, blocks=None)
    late = [trial for trial in trials if trial.block == 12]

    assert {trial.side for trial in late} == {a_side(arm, "serial", 1) for arm in ("3.13", "3.13t", "3.13t-control")}
    assert len(trials) == 10 * 6 + 2 * 3
    assert all(66 <= trial.order < 72 for trial in late)


def test_a_control_s_trial_runs_under_the_arm_that_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def run(arm: PreparedArm, *_: object) -> tuple[TrialResult, None]:
        asked.append(arm.arm.label)
        return TrialResult("failed", 0.0, reason="no"), None

    monkeypatch.setattr(trial, "run", run)
    experiment = with_control(an_experiment(ARMS, CASES))
    arms = {label: PreparedArm(an_arm(label), Path("python"), label) for label in ARMS}
    sources = {"fib": Source(Path("fib.py"), Sites(()))}
    turns = order(experiment.cases, ARMS, 1, 1, experiment.control)
    trials = [trial.measure(Bench(experiment, arms, sources), turn) for turn in turns]

    assert [trial.arm.removesuffix("-control") for trial in trials] == asked
    assert sorted(trial.arm for trial in trials).count("3.13t-control") == 2
