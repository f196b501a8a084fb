"""From the environments that the bench sessions prepared to arms with labels."""

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import msgspec
from packaging.utils import canonicalize_name

from harness import interpreters
from harness.errors import UsageError
from harness.experiment.plan import descriptions
from harness.experiment.process.worker_process import PreparedArm
from harness.records import Arm, Build


class Environment(msgspec.Struct, frozen=True):
    """The record of a bench session: nox's name of the interpreter and the environment's python (None: not ready)."""

    interpreter: str
    python: str | None


def environments(folder: Path) -> list[Environment]:
    """Read the records of the bench sessions; UsageError when there is none, or an environment is not ready."""
    records = [msgspec.json.decode(path.read_bytes(), type=Environment) for path in sorted(folder.glob("*.json"))]
    if not records:
        message = "No interpreter is prepared. Start with `nox -s bench`, which prepares them and then measures."
        raise UsageError(message)
    unready = next((record.interpreter for record in records if record.python is None), None)
    if unready is not None:
        message = (
            f"Could not prepare the {unready} environment (see the error above). Fix it and run `nox -s bench` again."
        )
        raise UsageError(message)
    return records


def prepare(records: Sequence[Environment], *, gil_arm: bool) -> list[PreparedArm]:
    """Ask every interpreter what it is and return the arms: a free-threaded one gives a second arm with its GIL on."""
    pythons = [Path(record.python or "") for record in records]
    builds = [interpreters.describe(python) for python in pythons]
    prepared = []
    for record, label, python, build in zip(records, labels(builds), pythons, builds, strict=True):
        installed = descriptions.installed(python)
        requires = {
            str(canonicalize_name(distribution["name"])): tuple(distribution["requires"]) for distribution in installed
        }
        arm = Arm(
            label=label,
            interpreter=label,
            python_gil=None,
            origin=interpreters.origin(python),
            build=msgspec.convert(build, Build, from_attributes=True),
            distributions=descriptions.recorded(installed),
        )
        if "pyperf" not in {distribution.name for distribution in arm.distributions}:  # an installation failed, then -R
            message = (
                f"The {record.interpreter} environment has no pyperf. Run `nox -s bench` without -R to install it."
            )
            raise UsageError(message)
        prepared.append(PreparedArm(arm, python, record.interpreter, requires))
        if gil_arm and build.free_threaded:
            twin = msgspec.structs.replace(arm, label=f"{label}-gil", python_gil="1")
            prepared.append(PreparedArm(twin, python, record.interpreter, requires))
    return sorted(prepared, key=lambda arm: _order(arm.arm))


def labels(builds: Sequence[interpreters.Build]) -> list[str]:
    """Name builds by minor version and `t`; where two collide by patch level too, then by a counter.

    >>> labels([...3.13.5..., ...3.13.5 free-threaded...])
    ['3.13', '3.13t']
    """
    short = [_label(build, parts=2) for build in builds]
    long = [
        name if short.count(name) == 1 else _label(build, parts=3) for name, build in zip(short, builds, strict=True)
    ]
    counts: Counter[str] = Counter()
    unique = []
    for name in long:
        counts[name] += 1
        unique.append(name if counts[name] == 1 else f"{name}-{counts[name]}")
    return unique


def counterpart(arm: Arm, arms: Sequence[Arm]) -> Arm | None:
    """Return the GIL build to compare a free-threaded arm with: of its minor version, and best of its patch level."""
    minor = _minor(arm.build.version)
    others = [other for other in arms if not other.build.free_threaded and _minor(other.build.version) == minor]
    return min(others, key=lambda other: other.build.version != arm.build.version, default=None)


def _label(build: interpreters.Build, parts: int) -> str:
    numbers = re.findall(r"[0-9]+", build.version)[:parts]
    return ".".join(numbers) + ("t" if build.free_threaded else "")


def _minor(version: str) -> tuple[str, ...]:
    return tuple(version.split(".")[:2])


def _order(arm: Arm) -> tuple[object, ...]:
    numbers = [int(number) for number in re.findall(r"[0-9]+", arm.build.version)]
    return numbers[:2], arm.build.free_threaded, arm.python_gil is None, numbers, arm.label
