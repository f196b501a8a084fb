"""Interpreters that uv downloads: standalone builds, without root."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec

from harness.interpreters.building.recipe import ANY, Recipe
from harness.interpreters.installed import interpreters, newest_first
from harness.interpreters.pairing import pairs
from harness.interpreters.places import uv_installs
from harness.interpreters.progress import Say

# Without these uv tries for a minute or more where there is no network. The user's own settings go first.
IMPATIENT = {"UV_HTTP_RETRIES": "0", "UV_HTTP_CONNECT_TIMEOUT": "2"}


def download(names: Sequence[str], say: Say, _recipe: Recipe = ANY) -> dict[str, str]:
    """Source: `uv python install`, whose builds have PGO and LTO. Returns the reason for each name it lacks."""
    uv = command()
    if not uv:
        return dict.fromkeys(names, "not downloaded: uv is not installed")
    say(f"Asking uv for CPython {', '.join(names)}.")
    trouble = _install(uv, names) or _complete_pairs(uv, names)
    if trouble:
        say(f"uv could not download: {trouble}")
        return dict.fromkeys(names, f"not downloaded: {trouble}")
    return {}


def command() -> list[str]:
    """Return how to start uv: this environment's before one on PATH; empty if there is none."""
    if find_spec("uv"):
        return [sys.executable, "-m", "uv"]
    on_path = shutil.which("uv")
    return [on_path] if on_path else []


def _install(uv: Sequence[str], versions: Sequence[str]) -> str:
    """Install in one call; return "" or one line that says what went wrong."""
    completed = subprocess.run(
        [*uv, "python", "install", "--no-bin", "--no-progress", *versions],
        check=False,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        env=IMPATIENT | dict(os.environ),
    )
    return "" if completed.returncode == 0 else _one_line(completed.stderr, completed.returncode)


def _one_line(errors: str, code: int) -> str:
    """Return what failed and the deepest of the causes that uv lists, each on a line of its own."""
    lines = [line.strip() for line in errors.splitlines() if line.strip()]
    failures = [line.removeprefix("error: ") for line in lines if line.startswith("error: ")]
    if not failures:
        return lines[-1] if lines else f"uv ended with exit code {code}"
    cause = lines[-1].partition(": ")[2]
    return failures[0] if lines[-1].startswith("error: ") else f"{failures[0]}: {cause}"


def _complete_pairs(uv: Sequence[str], names: Sequence[str]) -> str:
    """Bring both halves of a pair to one patch level: uv takes an older 3.13 that it has for installed."""
    folder = uv_installs().resolve()
    for pair in pairs(names):
        halves = [[one for one in interpreters(name) if one.executable.is_relative_to(folder)] for name in pair]
        versions = [{one.build.version for one in half} for half in halves]
        if all(halves) and not versions[0] & versions[1]:
            newest = newest_first([half[0] for half in halves])[0]
            return _install(uv, [newest.build.version + ("" if newest.build.free_threaded else "t")])
    return ""
