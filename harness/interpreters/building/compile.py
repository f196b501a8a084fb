"""Compile one interpreter and put it in its place in the cache, complete and tried out, or not at all."""

import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

from harness.errors import UsageError
from harness.interpreters.build_description import describe
from harness.interpreters.building import cache
from harness.interpreters.building.recipe import Recipe
from harness.interpreters.building.source import Source
from harness.interpreters.origin import ORIGIN_FILE, origin
from harness.interpreters.progress import Say, follow

# What a standard library without its headers lacks, and whether the GIL is on. 3.12 has no such question.
TRIAL = """
import bz2, ctypes, lzma, sqlite3, ssl, sys, zlib
print(getattr(sys, "_is_gil_enabled", lambda: True)())
"""


def install(source: Source, name: str, recipe: Recipe, work: Path, say: Say) -> None:
    """Build the interpreter `name` ("3.13t") from a source by a recipe and move it into place in the cache.

    Does nothing if it is there already from the same source. Call it under the cache's lock.
    Raises UsageError naming the log if it cannot be built or does not work.
    """
    gil = "t" if name.endswith("t") else ""
    final = cache.interpreters() / f"cpython-{source.version}{gil}{recipe.suffix}"
    if _in_place(final, name, source):
        return
    log = cache.log_file(final.name)
    log.unlink(missing_ok=True)
    say(f"Building {final.name}: {recipe.duration} on two CPUs. Log: {log}")
    options = [*recipe.options, *(["--disable-gil"] if gil else [])]
    staged = _compile(source.tree, final, options, work / final.name, say)
    _try_out(staged / "bin" / f"python{name}", name, log)
    (staged / ORIGIN_FILE).write_text(source.origin + "\n", encoding="utf-8")
    if final.exists():  # one that does not run any more, or from another source
        shutil.rmtree(final)
    staged.rename(final)
    log.unlink()
    say(f"Built {final.name}.")


def _in_place(final: Path, name: str, source: Source) -> bool:
    executable = final / "bin" / f"python{name}"
    if not executable.exists() or origin(executable) != source.origin:
        return False
    try:
        return describe(executable).version == source.version
    except UsageError:
        return False


def _compile(tree: Path, final: Path, options: Sequence[str], folder: Path, say: Say) -> Path:
    """Compile for the place `final` and install below `folder`; return the folder to move there."""
    build, staging = folder / "build", folder / "staging"
    build.mkdir(parents=True)
    steps: list[tuple[str, list[str]]] = [
        ("configuring", ["sh", str(tree / "configure"), "-q", f"--prefix={final}", *options]),
        ("compiling", ["make", f"-j{_usable_cpus()}"]),
        ("installing", ["make", "install", f"DESTDIR={staging}"]),
    ]
    for step, command in steps:
        _run(f"{final.name}: {step}", command, build, cache.log_file(final.name), say)
    return staging / final.relative_to("/")


def _usable_cpus() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _run(label: str, command: Sequence[str], folder: Path, log: Path, say: Say) -> None:
    def status() -> str:
        return f"{label}, {sum(1 for _ in folder.rglob('*.o'))} files compiled"

    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=_environment(),
            start_new_session=True,  # a process group of its own, so that compilers end with make
        )
        try:
            code = follow(process, status, say)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
    if code:
        message = f"{label} failed ({_last_error(log)}); see {log}"
        raise UsageError(message)


def _environment() -> dict[str, str]:
    # The interpreter that is being built runs many times meanwhile; the user's PYTHONHOME would break it.
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


def _try_out(executable: Path, name: str, log: Path) -> None:
    completed = subprocess.run([executable, "-I", "-c", TRIAL], check=False, capture_output=True, text=True)
    if completed.returncode:
        why = (completed.stderr.strip().splitlines() or [f"exit code {completed.returncode}"])[-1]
        message = f"python{name} was compiled but does not work ({why}); see {log}"
        raise UsageError(message)
    if completed.stdout.strip() != str(not name.endswith("t")):
        message = f"python{name} was compiled but its GIL is not what its name says; see {log}"
        raise UsageError(message)


def _last_error(log: Path) -> str:
    lines = [line.strip() for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    errors = [line for line in lines if "error:" in line]  # the compiler's first, not make's account of it
    return (errors or lines[-1:] or ["it printed nothing"])[0]
