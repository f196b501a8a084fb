"""Dependency parity between the arms of a run: what one of them has built from source is built so for all of them.

`python -m harness alike PYTHON_WITH_UV ENVIRONMENTS OPTIONS` does this, if the options ask for it, once all
environments are prepared. A wheel of the index and a build by this machine's compiler are different programs. So are a
compiled wheel and what the same package gives when its build compiles nothing.
"""

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from harness.errors import UsageError
from harness.experiment import resume
from harness.experiment.option import settled
from harness.experiment.plan import arms, descriptions
from harness.experiment.plan.compiled_dependencies import install, reason, rebuild
from harness.records import Distribution

WHEELS = ("wheel", "abi3 wheel")


def build_alike(uv: Sequence[str], pythons: Mapping[str, Path]) -> Iterator[str]:
    """Build from source, for every one of the environments by name, what one of them has built from source.

    Yields a line for each. What cannot be built stays a wheel: the run goes on, and its report has a finding.
    """
    installed = {name: descriptions.distributions(python) for name, python in pythons.items()}
    for distributions in _by_name(installed):
        if all(distribution.kind in WHEELS for distribution in distributions.values()):
            continue
        for name, distribution in distributions.items():
            if distribution.kind in WHEELS:
                yield _built(uv, name, pythons[name], distribution)


def _by_name(installed: Mapping[str, Sequence[Distribution]]) -> Iterator[dict[str, Distribution]]:
    names = sorted({distribution.name for distributions in installed.values() for distribution in distributions})
    for name in names:
        yield {
            environment: distribution
            for environment, distributions in installed.items()
            for distribution in distributions
            if distribution.name == name
        }


def _built(uv: Sequence[str], name: str, python: Path, distribution: Distribution) -> str:
    label = f"{distribution.name} {distribution.version}"
    try:
        rebuild(uv, python, distribution)
    except subprocess.CalledProcessError as error:
        install(uv, python, f"{distribution.name}=={distribution.version}")
        return (
            f"{label} stays a wheel of the index for {name}: its source distribution does not build"
            f"{reason(error.stderr)}."
        )
    return f"{label} was built from its source distribution for {name}, as it is for another interpreter."


def main(arguments: list[str]) -> int:
    """Match the prepared environments as the options say; return 0."""
    if len(arguments) < 2:  # noqa: PLR2004
        message = "Name a Python that has uv and the folder of prepared environments, as `nox -s bench` does."
        raise UsageError(message)
    uv, folder, *words = arguments
    if settled(resume.requested(words), "dependencies") == "matched":
        records = arms.environments(Path(folder))
        pythons = {record.interpreter: Path(record.python or "") for record in records}
        for line in build_alike([uv, "-m", "uv"], pythons):
            print(line, flush=True)  # nox shows it
    return 0
