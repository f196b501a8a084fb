"""A value is marked when a canary next to it was slow or the trial was crowded, and never without being seen."""

import numpy as np
from msgspec.structs import replace

from harness.analysis.samples.canaries import clean, fast_seconds
from harness.records import Surroundings
from tests.builders import a_trial, a_value
from tests.disturbed import FAST, KIND, SLOW, watched

TWO = a_trial(values=(a_value(), a_value()))
LIMIT = {KIND: FAST}


def test_the_fast_mode_is_the_tenth_of_each_kind_s_canaries() -> None:
    taken = [0.001 * (1 + number) for number in range(11)]
    trials = [watched(a_trial(values=(a_value(),) * 10), *taken), watched(a_trial(), 0.5, 0.7, kind="zlib x2")]

    # Ten values show every canary but the first and the last twice: 1, 2, 2, ..., 10, 10, 11 ms; its tenth is at 1.9.
    shown = [taken[0], *(each for each in taken[1:-1] for _ in range(2)), taken[-1]]
    assert fast_seconds(trials) == {KIND: np.quantile(shown, 0.1), "zlib x2": np.quantile([0.5, 0.7], 0.1)}
    assert round(fast_seconds(trials)["zlib x2"], 9) == 0.52


def test_without_canaries_there_is_no_fast_mode_and_nothing_is_marked() -> None:
    assert fast_seconds([TWO]) == {}
    assert clean(TWO, {}) == [True, True]


def test_a_slow_canary_marks_the_values_on_both_sides_of_it() -> None:
    three = a_trial(values=(a_value(),) * 3)

    assert clean(watched(three), LIMIT) == [True, True, True]
    assert clean(watched(three, SLOW, FAST, FAST, FAST), LIMIT) == [False, True, True]
    assert clean(watched(three, FAST, SLOW, FAST, FAST), LIMIT) == [False, False, True]
    assert clean(watched(three, FAST, FAST, FAST, SLOW), LIMIT) == [True, True, False]


def test_slow_begins_above_one_and_a_fifth_of_the_fast_mode() -> None:
    assert clean(watched(a_trial(), FAST, 1.2 * FAST), LIMIT) == [True]
    assert clean(watched(a_trial(), FAST, 1.21 * FAST), LIMIT) == [False]


def test_only_canaries_of_the_same_kind_compare() -> None:
    assert clean(watched(a_trial(), SLOW, SLOW, kind="zlib x2"), {KIND: FAST, "zlib x2": SLOW}) == [True]


def test_a_crowded_trial_marks_all_its_values() -> None:
    # Its process lived for a second: 0.15 s of other work is allowed.
    long = replace(TWO, elapsed_seconds=1.0)

    assert clean(watched(long, other_cpu_seconds=0.15), LIMIT) == [True, True]
    assert clean(watched(long, other_cpu_seconds=0.16), LIMIT) == [False, False]


def test_a_short_trial_is_not_crowded_by_a_few_ticks_of_the_kernel_s_clock() -> None:
    brief = replace(TWO, elapsed_seconds=0.1)

    assert clean(watched(brief, other_cpu_seconds=0.05), LIMIT) == [True, True]
    assert clean(watched(brief, other_cpu_seconds=0.06), LIMIT) == [False, False]


def test_where_the_kernel_tells_nothing_no_trial_is_crowded() -> None:
    assert clean(replace(watched(TWO), surroundings=Surroundings()), LIMIT) == [True, True]
    assert clean(replace(watched(TWO), surroundings=None), LIMIT) == [True, True]
