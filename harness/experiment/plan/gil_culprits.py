"""Before measuring: which extension modules switch the GIL on where it should stay off, by name."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from packaging.utils import canonicalize_name

from harness.experiment.process import worker_process
from harness.experiment.process.limits import Watch
from harness.experiment.process.worker_process import PreparedArm
from harness.records import Culprit
from harness.worker.orders import CulpritsAnswer, CulpritsOrder

TIMEOUT_SECONDS = 60.0


def culprits(files: Mapping[str, Path], prepared: Sequence[PreparedArm]) -> list[Culprit]:
    """Import every workload once under every arm that should run without the GIL; files by the workloads' names.

    The interpreter names the first such module only, so where there is one, each extension module is then imported in
    a process of its own. A workload that cannot be imported has no culprit here: its trials give the reason.
    """
    return [
        culprit
        for arm in prepared
        if not arm.arm.gil_expected
        for workload, file in files.items()
        for culprit in _of(arm, workload, file)
    ]


def sentence(culprit: Culprit) -> str:
    """Return the line about a culprit that is shown before measuring begins."""
    return f"{culprit.workload} switches the GIL of {culprit.arm} on: it imports {culprit.module}."


def _of(arm: PreparedArm, workload: str, file: Path) -> Iterator[Culprit]:
    whole = _imported(arm, file)
    if whole is None or not whole["switched_on"]:
        return
    alone = [_imported(arm, file, module, whole["folders"]) for module in whole["extensions"]]
    modules = {
        loaded["module"]: loaded["distribution"]
        for answer in (whole, *alone)
        if answer is not None
        for loaded in answer["named"]
    }
    versions = {distribution.name: distribution.version for distribution in arm.arm.distributions}
    for module, distribution in modules.items():
        version = None if distribution is None else versions.get(canonicalize_name(distribution))
        yield Culprit(arm=arm.arm.label, workload=workload, module=module, distribution=distribution, version=version)


def _imported(
    arm: PreparedArm, file: Path, module: str | None = None, folders: Sequence[str] = ()
) -> CulpritsAnswer | None:
    """Return what happened in a process that imported the workload, or one module; None where it failed."""
    order: CulpritsOrder = {"task": "culprits", "path": str(file), "module": module, "folders": list(folders)}
    result = worker_process.run(arm.python, arm.arm.python_gil, order, CulpritsAnswer, Watch(TIMEOUT_SECONDS))
    return result.answer
