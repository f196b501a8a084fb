"""Find or provide the interpreters that are wanted."""

import os
import re
from collections.abc import Callable, Mapping, Sequence

from harness.errors import UsageError
from harness.interpreters.build_description import Interpreter
from harness.interpreters.building.from_source import build
from harness.interpreters.building.recipe import ANY, Recipe
from harness.interpreters.building.source import SOURCE_VARIABLE
from harness.interpreters.download import command, download
from harness.interpreters.installed import fitting, interpreters, look
from harness.interpreters.pairing import Found, choose, to_provide
from harness.interpreters.progress import Say

# A source makes interpreters present and returns the reason for each name that it could not provide.
Provider = Callable[[Sequence[str], Say, Recipe], dict[str, str]]
SOURCES: tuple[Provider, ...] = (look, download, build)

FIRST_FREE_THREADED_MINOR = 13


def provide(
    names: Sequence[str], say: Say = print, sources: Sequence[Provider] = SOURCES, recipe: Recipe = ANY
) -> list[Interpreter]:
    """Find the interpreters of these names ("3.13t"), or download or build them; return one per name, in order.

    A name with and without "t" is a pair, which should differ in the GIL alone: if one of the two has to be provided,
    both are, from one source. One that was not built as the recipe asks is used where no other can be had.
    Raises UsageError with each source's reason for each interpreter that is still missing.
    """
    wanted = _checked(names)
    lacking = wanted
    reasons: dict[str, list[str]] = {}
    found: Found = {}
    for source in sources:
        for name, reason in source(lacking, say, recipe).items():
            reasons.setdefault(name, []).append(reason)
        found = {name: interpreters(name, recipe) for name in wanted}
        lacking = to_provide(wanted, {name: fitting(found[name], recipe) for name in wanted})
        if not lacking:
            break
    missing = [name for name in wanted if not found[name]]
    if missing:
        raise UsageError(*_complaint(missing, reasons))
    chosen = choose(wanted, found)
    for interpreter in (one for one in chosen if one.name in lacking):
        why = "; ".join(reasons.get(interpreter.name, ["not tried"]))
        but = "though another would match better" if recipe.fits(interpreter.build) else "without PGO and LTO"
        say(f"{interpreter.name} is used as it is, {but} ({why}).")
    return chosen


def _checked(names: Sequence[str]) -> list[str]:
    for name in names:
        form = re.fullmatch(r"3\.(\d+)(t?)", name)
        if not form:
            message = f"{name!r} is not the name of an interpreter. Write it like 3.13 or, without the GIL, 3.13t."
            raise UsageError(message)
        if form[2] and int(form[1]) < FIRST_FREE_THREADED_MINOR:
            message = f"There is no {name}. The first CPython without the GIL is 3.13t."
            raise UsageError(message)
    return list(dict.fromkeys(names))


def _complaint(missing: Sequence[str], reasons: Mapping[str, Sequence[str]]) -> list[str]:
    lines = [f"Missing interpreters: {', '.join(missing)}."]
    lines += [f"  {name}: {reason}" for name in missing for reason in reasons.get(name, ())]
    how = "connect to the network" if command() else "install uv (pip install uv)"
    remedies = [f"{how} so that uv can download it"]
    if SOURCE_VARIABLE not in os.environ:
        remedies.append(f"name a source tree or tarball with {SOURCE_VARIABLE}=…")
    remedies.append("name an interpreter with --extra-pythons /path/to/python")
    return [*lines, f"Remedy: {', or '.join(remedies)}."]
