"""Dependency parity: build from source what has compiled wheels for other interpreters, but not for this one.

`python -m harness dependencies PYTHON_WITH_UV PYTHON OPTIONS` builds them into the environment of PYTHON, if the
options ask for it. The driver's interpreter, which has a GIL, stands for the others: what the index
offers it counts as compiled or not. So it does not matter which other arms are prepared, or in which order.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from importlib import metadata
from pathlib import Path

from packaging.utils import canonicalize_name

from harness.experiment import resume
from harness.experiment.option import settled
from harness.experiment.plan import descriptions
from harness.records import Distribution

REASON_LENGTH = 200


def match(uv: Sequence[str], python: Path) -> Iterator[str]:
    """Build for `python` what it has in pure Python and the driver's interpreter would not; yield a line for each.

    What cannot be built stays as it is: the run goes on, and its report has a finding.
    """
    pure = [each for each in descriptions.distributions(python) if not each.compiled]
    try:
        names = _compiled_elsewhere(uv, pure)
    except subprocess.CalledProcessError as error:
        yield f"Whether dependencies have compiled wheels elsewhere cannot be told: {_reason(error.stderr)}."
        return
    for each in pure:
        if each.name in names:
            yield _built(uv, python, each)


def _compiled_elsewhere(uv: Sequence[str], pure: Sequence[Distribution]) -> set[str]:
    """Return the names of those distributions of which the driver's interpreter is offered a compiled wheel."""
    with tempfile.TemporaryDirectory(prefix="wheels-") as folder:
        exact = [f"{each.name}=={each.version}" for each in pure]
        if exact:
            _pip(uv, Path(sys.executable), "install", "--no-deps", "--target", folder, *exact)
        return {_name(each) for each in metadata.distributions(path=[folder]) if _compiled(each)}


def _built(uv: Sequence[str], python: Path, each: Distribution) -> str:
    said = f"{each.name} {each.version}"
    exact = f"{each.name}=={each.version}"
    # uv's --reinstall would forget what it built before, and build it again in every run.
    _pip(uv, python, "uninstall", each.name)
    try:
        _install(uv, python, "--no-binary", each.name, exact)
    except subprocess.CalledProcessError as error:
        _install(uv, python, exact)
        return f"{said} stays pure Python: it cannot be built from its source distribution: {_reason(error.stderr)}."
    if any(now.compiled for now in descriptions.distributions(python) if now.name == each.name):
        return f"{said} was built from its source distribution, for lack of a compiled wheel."
    return f"{said} stays pure Python: its source distribution builds nothing compiled unasked."


def _install(uv: Sequence[str], python: Path, *words: str) -> None:
    _pip(uv, python, "install", "--no-deps", "--compile-bytecode", *words)


def _pip(uv: Sequence[str], python: Path, command: str, *words: str) -> None:
    # What the user set for another interpreter must not reach a build's.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    line = [*uv, "--no-progress", "pip", command, "--python", str(python), *words]
    subprocess.run(line, check=True, capture_output=True, text=True, env=environment)


def _reason(words: str) -> str:
    """Return the compiler's first error, or else the first line that a build or uv printed of its own."""
    lines = [line.strip().removeprefix("error:").strip() for line in words.splitlines() if line.strip()]
    compilers = [line.partition(" error:")[2].strip() for line in lines if " error:" in line]
    return next(iter([*compilers, *lines]), "it printed nothing")[:REASON_LENGTH].rstrip(".")


def _compiled(found: metadata.Distribution) -> bool:
    tags = [line for line in (found.read_text("WHEEL") or "").splitlines() if line.startswith("Tag:")]
    return any(not tag.endswith("-none-any") for tag in tags)


def _name(found: metadata.Distribution) -> str:
    return canonicalize_name(found.metadata["Name"])


def main(arguments: list[str]) -> int:
    """Match one environment as the options say; return 0."""
    uv, python, *words = arguments
    if settled(resume.requested(words), "dependencies") == "matched":
        for line in match([uv, "-m", "uv"], Path(python)):
            print(line, flush=True)  # nox shows it
    return 0
