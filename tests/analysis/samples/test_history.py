"""What the measuring loop remembers: the same numbers as from all the records, in a fraction of their memory."""

import random
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from harness.analysis.samples.history import History
from harness.analysis.samples.readings import Readings, readings
from harness.analysis.stopping import given_up_sides
from harness.analysis.values_per_process import PILOT_BLOCKS, replanned
from harness.records import Side, Surroundings, Trial
from tests.builders import a_side, a_trial, a_value, a_workload, an_experiment, seen_by_load
from tests.disturbed import FAST, watched

ARMS = "3.13", "3.13t"
CASES: tuple[tuple[str, int], ...] = ("serial", 1), ("threads", 2), ("threads", 4)
EXPERIMENT = an_experiment(ARMS, CASES, [a_workload(), a_workload("chance", answers_vary="it is random")])


def anything(chance: random.Random, side: Side, block: int, attempt: int) -> Trial:
    """A trial of a machine and a workload that do anything."""
    values = tuple(a_value(chance.uniform(0.1, 0.2)) for _ in range(chance.randint(1, 4)))
    answer = chance.choice(("right", "right", "wrong", None))
    status = chance.choice(("ok",) * 6 + ("failed", "timed-out"))
    trial = a_trial(
        side.arm,
        side.mode,
        side.workers,
        values=values if status == "ok" else (),
        block=block,
        attempt=attempt,
        answer=answer,
        status=status,
        workload=side.workload,
    )
    if chance.random() < 0.8:
        trial = watched(trial, *(FAST * chance.choice((1, 1, 1.1, 1.6)) for _ in range(len(trial.values) + 1)))
    if chance.random() < 0.2:
        trial = seen_by_load(trial, [chance.uniform(0.001, 0.1) for _ in range(chance.randint(0, 5))])
    stood_still, others = chance.choice((None,) * 20 + (9.0,)), chance.choice((None, 0.01, 0.01, 5.0))
    return replace(trial, surroundings=Surroundings(suspended_seconds=stood_still, other_cpu_seconds=others))


def a_journal(chance: random.Random) -> list[Trial]:
    trials: list[Trial] = []
    for block in range(chance.randint(0, 1), chance.randint(2, 7)):
        sides = [
            a_side(arm, *case, workload.name) for arm in ARMS for workload in EXPERIMENT.workloads for case in CASES
        ]
        for attempt in range(3):
            sides = chance.sample(sides, chance.randint(0, len(sides)))
            trials += [anything(chance, side, block, attempt) for side in sides]
    return trials


def same(one: Readings, other: Readings) -> None:
    assert (one.rows, one.columns) == (other.rows, other.columns)
    assert one.log_seconds.keys() == other.log_seconds.keys()
    for quantity in other.log_seconds:
        assert np.array_equal(one.log_seconds[quantity], other.log_seconds[quantity], equal_nan=True)
    assert np.array_equal(one.counts, other.counts)
    assert one.coefficients == other.coefficients
    for span in other.values:
        assert np.array_equal(one.values[span], other.values[span])


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 2**64))
def test_at_every_moment_it_knows_what_all_the_records_say(seed: int) -> None:
    chance = random.Random(seed)
    history = History(EXPERIMENT)
    so_far: list[Trial] = []
    for trial in a_journal(chance):
        history.add(trial)
        so_far.append(trial)
        if chance.random() < 0.1:
            same(history.readings(trial.block), readings(EXPERIMENT, [t for t in so_far if t.block < trial.block]))
            same(history.readings(99), readings(EXPERIMENT, so_far))

    assert history.given_up_sides() == given_up_sides(so_far)
    assert history.elapsed_seconds == pytest.approx(sum(trial.elapsed_seconds for trial in so_far))
    assert history.of_block == [trial for trial in so_far if trial.block == history.block]
    assert history.block == max([1, *(trial.block for trial in so_far)])
    for block in (PILOT_BLOCKS, PILOT_BLOCKS + 1):
        assert replanned(EXPERIMENT, history.pilot, block) == replanned(EXPERIMENT, so_far, block)


def test_of_two_answers_that_are_as_frequent_serial_s_is_right_whichever_came_first() -> None:
    threads = a_trial("3.13", "threads", 2, answer="x")
    history = History(EXPERIMENT, [threads, a_trial("3.13", answer="y")])

    assert list(history.readings(2).rows) == [a_side("3.13", "serial", 1)]


def test_a_trial_of_an_earlier_block_takes_under_a_hundred_bytes() -> None:
    def some(first: int, last: int) -> list[Trial]:
        return [watched(a_trial(arm, block=block), FAST, FAST) for block in range(first, last) for arm in ARMS]

    tracemalloc.start()
    history = History(EXPERIMENT, some(1, 1000))
    before, _ = tracemalloc.get_traced_memory()
    for block in range(1000, 3000):
        for trial in some(block, block + 1):
            history.add(trial)
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert (after - before) / 4000 < 100
