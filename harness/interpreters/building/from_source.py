"""Interpreters built from source: from what the user names, or else from Debian's source package."""

import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from harness.errors import UsageError
from harness.interpreters.building import cache, debian, requirements
from harness.interpreters.building.compile import install
from harness.interpreters.building.recipe import ANY, Recipe
from harness.interpreters.building.source import Source, named, named_path
from harness.interpreters.installed import fitting, interpreters
from harness.interpreters.pairing import to_provide
from harness.interpreters.progress import Say


def build(names: Sequence[str], say: Say, recipe: Recipe = ANY) -> dict[str, str]:
    """Source: a build from source in the cache. Returns the reason for each name it could not provide."""
    try:
        if not named_path():
            debian.check()
        requirements.check()
        with _ended_by_signals(), cache.locked(say), cache.workspace() as work:
            # Another process may have built them while this one waited for the lock.
            lacking = to_provide(names, {name: fitting(interpreters(name), recipe) for name in names})
            return _build(lacking, recipe, work, say)
    except UsageError as error:
        return dict.fromkeys(names, f"not built: {error}")


def _build(names: Sequence[str], recipe: Recipe, work: Path, say: Say) -> dict[str, str]:
    sources: dict[str, Source] = {}
    reasons: dict[str, str] = {}
    for minor in dict.fromkeys(name.rstrip("t") for name in names):
        try:
            sources[minor] = _source(minor, work / f"source-{minor}", say)
        except UsageError as error:
            reasons[minor] = str(error)
    sourceless = [name for name in names if name.rstrip("t") in reasons]
    if not all(map(interpreters, sourceless)):  # minutes of compiling would end in an error all the same
        put_off = f"the build waits until {' and '.join(reasons)} can be had"
        return {name: f"not built: {reasons.get(name.rstrip('t'), put_off)}" for name in names}
    # The one with the GIL first: if the second fails, the pair lacks one still and is completed the next time.
    for name in sorted(set(names) - set(sourceless), key=lambda name: (name.endswith("t"), name)):
        install(sources[name.rstrip("t")], name, recipe, work, say)
    return {name: f"not built: {reasons[name.rstrip('t')]}" for name in sourceless}


def _source(minor: str, work: Path, say: Say) -> Source:
    return named(minor, work) or debian.fetch(minor, work, say)


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Let a request to end act as Ctrl-C does, so that the compilers end and what they left is removed."""

    def end(number: int, _frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    if threading.current_thread() is not threading.main_thread():  # only there may signals be handled
        yield
        return
    wanted = [number for number in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(number) is signal.SIG_DFL]
    for number in wanted:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number in wanted:
            signal.signal(number, signal.SIG_DFL)
