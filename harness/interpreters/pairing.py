"""Pair interpreters with and without the GIL: choose the pair that matches best."""

from collections.abc import Mapping, Sequence
from itertools import product

from harness.interpreters.build_description import Interpreter
from harness.interpreters.build_differences import mismatches
from harness.interpreters.building import cache

Found = Mapping[str, Sequence[Interpreter]]  # by name, the best first


def pairs(names: Sequence[str]) -> list[tuple[str, str]]:
    """Return the pairs with and without the GIL among the names: ("3.13", "3.13t")."""
    return [(name, f"{name}t") for name in names if f"{name}t" in names]


def choose(names: Sequence[str], found: Found) -> list[Interpreter]:
    """Choose one interpreter per name: the newest pair that matches, else the newest of each.

    Every name must have at least one interpreter.
    """
    chosen = {name: found[name][0] for name in names}
    for pair in pairs(names):
        matching = _matching(pair, found)
        if matching:
            chosen.update(zip(pair, matching, strict=True))
    return [chosen[name] for name in names]


def to_provide(names: Sequence[str], found: Found) -> list[str]:
    """Return the names that have to be downloaded or built, given what is present.

    A pair is provided as a whole, so that both come from one source. A half that an earlier call built, alone
    because only that was wanted then, gets its other half too; the user's own interpreters are taken as they are.
    """
    lacking = {name for name in names if not found[name]}
    for pair in pairs(names):
        if lacking & set(pair) or (_half_built(pair, found) and not _matching(pair, found)):
            lacking.update(pair)
    return [name for name in names if name in lacking]


def _half_built(pair: tuple[str, str], found: Found) -> bool:
    ours = cache.interpreters().resolve()
    return any(found[name][0].executable.is_relative_to(ours) for name in pair)


def _matching(pair: tuple[str, str], found: Found) -> tuple[Interpreter, Interpreter] | None:
    with_gil, without_gil = pair
    candidates = product(found[with_gil], found[without_gil])
    return next((both for both in candidates if not mismatches(both[0].build, both[1].build)), None)
