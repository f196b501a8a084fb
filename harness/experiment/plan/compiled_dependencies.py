"""Dependency parity: build from source what has compiled wheels for other interpreters, but not for this one.

`python -m harness dependencies PYTHON_WITH_UV PYTHON OPTIONS` builds them into the environment of PYTHON, if the
options ask for it. The driver's interpreter, which has a GIL, stands for the others: what the index
offers it counts as compiled or not. So it does not matter which other arms are prepared, or in which order.
"""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from importlib import metadata
from pathlib import Path

from packaging.utils import canonicalize_name

from harness.errors import UsageError
from harness.experiment import resume
from harness.experiment.option import settled
from harness.experiment.plan import descriptions
from harness.records import Distribution

REASON_LENGTH = 200


def match(uv: Sequence[str], python: Path) -> Iterator[str]:
    """Build for `python` the dependencies that it has in pure Python and the driver's interpreter would not.

    Yields a line for each. What cannot be built stays as it is: the run goes on, and its report has a finding.
    """
    pure = [distribution for distribution in descriptions.distributions(python) if not distribution.compiled]
    try:
        names = _compiled_elsewhere(uv, pure)
    except subprocess.CalledProcessError:
        yield (
            "Could not ask the package index which dependencies have compiled wheels elsewhere, so they stay as they "
            "are. Check the network, or use --dependencies wheels."
        )
        return
    for distribution in pure:
        if distribution.name in names:
            yield _built(uv, python, distribution)


def _compiled_elsewhere(uv: Sequence[str], pure: Sequence[Distribution]) -> set[str]:
    """Return the names of the distributions of which the index offers the driver's interpreter a compiled wheel."""
    with tempfile.TemporaryDirectory(prefix="wheels-") as folder:
        exact = [f"{distribution.name}=={distribution.version}" for distribution in pure]
        if exact:
            _pip(uv, Path(sys.executable), "install", "--no-deps", "--target", folder, *exact)
        return {_name(wheel) for wheel in metadata.distributions(path=[folder]) if _compiled(wheel)}


def _built(uv: Sequence[str], python: Path, distribution: Distribution) -> str:
    label = f"{distribution.name} {distribution.version}"
    try:
        rebuild(uv, python, distribution)
    except subprocess.CalledProcessError as error:
        install(uv, python, f"{distribution.name}=={distribution.version}")
        return f"{label} stays pure Python: its source distribution does not build{reason(error.stderr)}."
    if any(
        installed.compiled for installed in descriptions.distributions(python) if installed.name == distribution.name
    ):
        return f"{label} has no compiled wheel here, so it was built from its source distribution."
    return f"{label} stays pure Python: its source distribution compiles nothing by default."


def rebuild(uv: Sequence[str], python: Path, distribution: Distribution) -> None:
    """Replace a distribution by a build of the same version from source; CalledProcessError leaves none installed."""
    # uv's --reinstall would forget what it built before, and build it again in every run.
    _pip(uv, python, "uninstall", distribution.name)
    install(uv, python, "--no-binary", distribution.name, f"{distribution.name}=={distribution.version}")


def install(uv: Sequence[str], python: Path, *words: str) -> None:
    """Install exactly what the words name, byte-compiled; CalledProcessError has uv's output."""
    _pip(uv, python, "install", "--no-deps", "--compile-bytecode", *words)


def _pip(uv: Sequence[str], python: Path, command: str, *words: str) -> None:
    # What the user set for another interpreter must not reach a build's.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    line = [*uv, "--no-progress", "pip", command, "--python", str(python), *words]
    subprocess.run(line, check=True, capture_output=True, text=True, env=environment)


def reason(output: str) -> str:
    """Return the compiler's first error or the build's exception, in brackets; nothing where only uv speaks."""
    compilers = re.findall(r" error: *(.+)", output)
    exceptions = re.findall(r"^\s*(\w+(?:Error|Exception): .+)", output, re.MULTILINE)
    cause = next(iter([*compilers, *exceptions]), None)
    return f" ({cause.strip()[:REASON_LENGTH].rstrip('.')})" if cause else ""


def _compiled(wheel: metadata.Distribution) -> bool:
    tags = [line for line in (wheel.read_text("WHEEL") or "").splitlines() if line.startswith("Tag:")]
    return any(not tag.endswith("-none-any") for tag in tags)


def _name(distribution: metadata.Distribution) -> str:
    return canonicalize_name(distribution.metadata["Name"])


def main(arguments: list[str]) -> int:
    """Match one environment as the options say; return 0."""
    if len(arguments) < 2:  # noqa: PLR2004
        message = (
            "Name a Python that has uv and the Python to install into, as `nox -s bench` does for each interpreter."
        )
        raise UsageError(message)
    uv, python, *words = arguments
    if settled(resume.requested(words), "dependencies") == "matched":
        for line in match([uv, "-m", "uv"], Path(python)):
            print(line, flush=True)  # nox shows it
    return 0
