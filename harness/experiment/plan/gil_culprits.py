"""Before measuring: which extension modules switch the GIL on where it should stay off, by name."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from harness.experiment.process import worker_process
from harness.experiment.process.worker_process import PreparedArm
from harness.records import Culprit

TIMEOUT_SECONDS = 60.0


class Imported(msgspec.Struct, frozen=True):
    """What one process saw while it imported."""

    switched_on: bool
    named: tuple[dict[str, str | None], ...]
    extensions: tuple[str, ...]
    folders: tuple[str, ...]


def culprits(files: Mapping[str, Path], prepared: Sequence[PreparedArm]) -> list[Culprit]:
    """Import every workload once under every arm that should run without the GIL; files by the workloads' names.

    The interpreter names the first such module only, so where there is one, each extension module is then imported in
    a process of its own. What cannot be imported says so in its trials and is nobody's culprit here.
    """
    return [
        culprit
        for arm in prepared
        if not arm.arm.gil_expected
        for workload, file in files.items()
        for culprit in _of(arm, workload, file)
    ]


def sentence(culprit: Culprit) -> str:
    """Return what is said of a culprit before measuring begins."""
    return f"{culprit.workload} switches the GIL of {culprit.arm} on: it imports {culprit.module}."


def _of(arm: PreparedArm, workload: str, file: Path) -> Iterator[Culprit]:
    seen = _import(arm, file, {"module": None, "folders": []})
    if seen is None or not seen.switched_on:
        return
    alone = [_import(arm, file, {"module": name, "folders": seen.folders}) for name in seen.extensions]
    named = [each for one in (seen, *alone) if one is not None for each in one.named]
    versions = {each.name: each.version for each in arm.arm.distributions}
    for module, distribution in {each["module"]: each["distribution"] for each in named}.items():
        yield Culprit(
            arm=arm.arm.label,
            workload=workload,
            module=module or "",
            distribution=distribution,
            version=versions.get((distribution or "").lower().replace("_", "-")),
        )


def _import(arm: PreparedArm, file: Path, what: dict[str, Any]) -> Imported | None:
    order = {"task": "culprits", "path": str(file), **what}
    outcome = worker_process.run(arm.python, arm.arm.python_gil, order, TIMEOUT_SECONDS)
    return msgspec.convert(outcome.done, Imported) if outcome.status == "ok" else None
