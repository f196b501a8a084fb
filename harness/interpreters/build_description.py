"""Ask an interpreter how it was built."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

from harness.errors import UsageError
from harness.interpreters.flags import configure_args, optimization, uses_lto, uses_pgo

PROBE = Path(__file__).with_name("probe.py")
PROBE_TIMEOUT_SECONDS = 30


@dataclass(frozen=True)
class Build:
    """How one interpreter was built, in words that name neither a person nor a machine."""

    implementation: str
    version: str  # "3.13.5", "3.14.0rc2"
    free_threaded: bool
    debug: bool
    shared: bool  # runs from a shared libpython
    pgo: bool
    lto: bool
    compiler: str  # "GCC 12.2.0"
    configure_args: tuple[str, ...]  # paths replaced by "…"
    optimization: str  # the -O flag in force, "" where unknown

    @property
    def minor(self) -> str:
        """The language version: "3.13"."""
        return ".".join(self.version.split(".")[:2])


@dataclass(frozen=True)
class Interpreter:
    """An interpreter that was found or provided under a name like "3.13t"."""

    name: str
    executable: Path
    origin: str
    build: Build


def describe(executable: Path) -> Build:
    """Ask an interpreter how it was built.

    Raises UsageError if it cannot be run, does not answer within 30 s or is not CPython.
    """
    answer = ask(executable, str(PROBE))
    try:
        return _build(json.loads(answer))
    except (ValueError, KeyError, TypeError):
        message = f"{executable} is not a CPython interpreter; name another one."
        raise UsageError(message) from None


def ask(executable: Path, *arguments: str) -> str:
    """Run an interpreter isolated from the user's Python settings and return what it prints.

    Raises UsageError naming the path if it cannot be run, fails or takes longer than 30 s.
    """
    try:
        completed = subprocess.run(
            [executable, "-I", "-S", *arguments],
            capture_output=True,
            check=True,
            text=True,
            errors="replace",
            timeout=PROBE_TIMEOUT_SECONDS,
        )
    except subprocess.TimeoutExpired:
        why = f"no answer within {PROBE_TIMEOUT_SECONDS} s"
    except subprocess.CalledProcessError as error:
        lines = error.stderr.strip().splitlines() or [f"exit code {error.returncode}"]
        why = lines[-1 if lines[0].startswith("Traceback") else 0]
    except OSError as error:
        why = error.strerror or str(error)
    else:
        return completed.stdout
    message = f"{executable} cannot be run as a Python interpreter ({why}); repair it or name another one."
    raise UsageError(message)


def _build(facts: dict[str, object]) -> Build:
    implementation, version = str(facts["implementation"]), str(facts["version"])
    if implementation != "CPython":
        raise ValueError(implementation)
    config = facts["config"]
    if not isinstance(config, dict):
        raise TypeError(config)
    mapped = facts["libpython_is_mapped"]
    if mapped is None:  # no /proc: what was asked for at configure time is the best there is
        mapped = config["Py_ENABLE_SHARED"] or config["PYTHONFRAMEWORK"]
    return Build(
        implementation=implementation,
        version=version,
        free_threaded=bool(config["Py_GIL_DISABLED"]),
        debug=bool(facts["debug"]),
        shared=bool(mapped),
        pgo=uses_pgo(config),
        lto=uses_lto(config),
        compiler=str(facts["compiler"]).strip(),
        configure_args=configure_args(config),
        optimization=optimization(config),
    )
