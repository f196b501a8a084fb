from pathlib import Path
from typing import Any

import pytest

from harness.interpreters.build_differences import mismatches
from harness.interpreters.pairing import choose, pairs, to_provide
from tests.interpreters.fakes import build, interpreter


@pytest.mark.parametrize(
    ("traits", "words"),
    [
        ({"version": "3.13.0"}, "patch level (3.13.5 / 3.13.0)"),
        ({"pgo": True}, "PGO (no / yes)"),
        ({"lto": True}, "LTO (no / yes)"),
        ({"compiler": "Clang 20.1.4"}, "compiler (GCC 12.2.0 / Clang 20.1.4)"),
        ({"optimization": "-O2"}, "optimization (-O3 / -O2)"),
        ({"optimization": ""}, "optimization (-O3 / unknown)"),
        ({"debug": True}, "debug (no / yes)"),
        ({"shared": True}, "shared library (no / yes)"),
        ({"configure_args": ("--enable-experimental-jit=yes-off",)}, "experimental JIT (no / yes-off)"),
        ({"configure_args": ("--enable-bolt",)}, "BOLT (no / yes)"),
        (
            {"configure_args": ("CFLAGS=-g -Wall -march=native -I… 'a b'", "LDFLAGS=-L… -Wl,-rpath,… -Wl,-z,now")},
            "compiler flags (none of its own / -march=native a b -Wl,-z,now)",
        ),
        ({"configure_args": ("CFLAGS=-O1 'unbalanced",)}, "compiler flags (none of its own / -O1 'unbalanced)"),
    ],
)
def test_each_difference_has_its_words(traits: dict[str, Any], words: str) -> None:
    assert mismatches(build(), build(**traits)) == (words,)


def test_builds_that_differ_in_the_gil_and_in_options_without_effect_on_speed_match() -> None:
    free = build(free_threaded=True, configure_args=("--prefix=…", "--disable-gil", "--without-ensurepip"))
    assert mismatches(build(), free) == ()


def test_the_version_is_no_difference_between_minor_versions() -> None:
    assert mismatches(build("3.12.1", shared=True), build("3.13.5")) == ("shared library (yes / no)",)


def test_a_name_with_and_without_t_is_a_pair() -> None:
    assert pairs(["3.12", "3.13", "3.13t", "3.14t"]) == [("3.13", "3.13t")]


def test_the_newest_pair_that_matches_is_chosen_before_newer_ones_that_do_not() -> None:
    found = {
        "3.13": [interpreter("3.13", "3.13.9"), interpreter("3.13", "3.13.5"), interpreter("3.13", "3.13.0")],
        "3.13t": [interpreter("3.13t", "3.13.7"), interpreter("3.13t", "3.13.5"), interpreter("3.13t", "3.13.0")],
    }
    assert [one.build.version for one in choose(["3.13", "3.13t"], found)] == ["3.13.5", "3.13.5"]


def test_the_same_patch_level_with_other_options_does_not_match() -> None:
    found = {
        "3.13": [interpreter("3.13", "3.13.5", pgo=True), interpreter("3.13", "3.13.5")],
        "3.13t": [interpreter("3.13t", "3.13.5")],
    }
    assert [one.build.pgo for one in choose(["3.13", "3.13t"], found)] == [False, False]


def test_the_newest_of_each_is_chosen_where_no_pair_matches() -> None:
    found = {
        "3.13": [interpreter("3.13", "3.13.9"), interpreter("3.13", "3.13.0")],
        "3.13t": [interpreter("3.13t", "3.13.5")],
    }
    assert [one.build.version for one in choose(["3.13", "3.13t"], found)] == ["3.13.9", "3.13.5"]


def test_a_single_name_gets_the_newest_and_the_order_of_the_names_is_kept() -> None:
    found = {
        "3.13t": [interpreter("3.13t", "3.13.5")],
        "3.12": [interpreter("3.12", "3.12.8"), interpreter("3.12", "3.12.1")],
    }
    assert [one.build.version for one in choose(["3.13t", "3.12"], found)] == ["3.13.5", "3.12.8"]


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize(
    ("present", "lacking"),
    [
        ({"3.12": "3.12.1", "3.13": "3.13.0", "3.13t": "3.13.0"}, []),
        ({"3.12": "3.12.1", "3.13": "3.13.0"}, ["3.13", "3.13t"]),
        ({"3.12": "3.12.1", "3.13t": "3.13.0"}, ["3.13", "3.13t"]),
        ({"3.13": "3.13.0", "3.13t": "3.13.0"}, ["3.12"]),
        ({"3.12": "3.12.1", "3.13": "3.13.0", "3.13t": "3.13.9"}, []),  # the user's own, taken as they are
        ({}, ["3.12", "3.13", "3.13t"]),
    ],
)
def test_both_of_a_pair_are_provided_when_one_is_missing(present: dict[str, str], lacking: list[str]) -> None:
    names = ["3.12", "3.13", "3.13t"]
    found = {name: [interpreter(name, present[name])] if name in present else [] for name in names}
    assert to_provide(names, found) == lacking


def test_a_half_that_was_built_alone_gets_its_other_half(built: Path) -> None:
    users = [interpreter("3.13", "3.13.0")]
    ours = [interpreter("3.13t", "3.13.5", place=str(built / "cpython-3.13.5t" / "bin"))]
    assert to_provide(["3.13", "3.13t"], {"3.13": users, "3.13t": ours}) == ["3.13", "3.13t"]
    matching = [interpreter("3.13", "3.13.5"), *users]
    assert to_provide(["3.13", "3.13t"], {"3.13": matching, "3.13t": ours}) == []
