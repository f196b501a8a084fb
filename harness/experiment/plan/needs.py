"""Which installed distributions a workload needs: those in its PEP 723 block, and what they need in turn."""

import re
import tomllib
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from harness.experiment.process.worker_process import PreparedArm

# The expression that PEP 723 gives for a block of inline script metadata.
BLOCK = re.compile(r"(?m)^# /// script$\s(?P<content>(^#(| .*)$\s)+)^# ///$")


def needs(file: Path, arm: PreparedArm) -> tuple[str, ...]:
    """Return the normalized names of the installed distributions that a workload needs under an arm, in order."""
    environment = _environment(arm)
    names: set[str] = set()
    due = [(requirement, "") for requirement in _declared(file.read_text(encoding="utf-8"))]
    seen = set(due)
    while due:
        text, extra = due.pop()
        requirement = _requirement(text)
        if requirement is None:
            continue
        if requirement.marker is not None and not requirement.marker.evaluate({**environment, "extra": extra}):
            continue
        name = canonicalize_name(requirement.name)
        if name not in arm.requires:
            continue
        names.add(name)
        further = {(text, extra) for text in arm.requires[name] for extra in ("", *requirement.extras)}
        due += further - seen
        seen |= further
    return tuple(sorted(names))


def _environment(arm: PreparedArm) -> dict[str, str]:
    """Return what a marker sees differently under the arm than under the driver's Python."""
    version = arm.arm.build.version
    return {
        "python_version": ".".join(version.split(".")[:2]),
        "python_full_version": version,
        "implementation_version": version,
    }


def _requirement(text: str) -> Requirement | None:
    try:
        return Requirement(text)
    except InvalidRequirement:  # the installer accepted it, or refused the file already
        return None


def _declared(source: str) -> list[str]:
    block = BLOCK.search(source)
    if block is None:
        return []
    lines = [line.removeprefix("#").removeprefix(" ") for line in block["content"].splitlines()]
    try:
        dependencies = tomllib.loads("\n".join(lines)).get("dependencies", [])
    except tomllib.TOMLDecodeError:
        return []  # the noxfile refuses such a file with its reason, before its environment is made
    return [requirement for requirement in dependencies if isinstance(requirement, str)]
