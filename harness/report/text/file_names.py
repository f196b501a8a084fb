"""Which files of a run directory belong to which arm and workload, whatever these are called."""

from collections.abc import Mapping
from pathlib import PurePath

from harness.records import Experiment, Side
from harness.report.text.escape import file_names
from harness.runs import CONTRASTS, EXPERIMENT, FINDINGS, TRIALS

_TAKEN = tuple(PurePath(name).stem for name in (CONTRASTS, EXPERIMENT, FINDINGS, TRIALS))


def export_names(experiment: Experiment) -> Mapping[str, str]:
    """Return the file name of each arm's pyperf export; an arm called "experiment" does not overwrite one of ours."""
    return {label: f"{name}.json" for label, name in file_names((arm.label for arm in experiment.arms), _TAKEN).items()}


def picture_names(experiment: Experiment, kind: str = "") -> Mapping[str, str]:
    """Return the file name of each workload's picture of a kind: `fib.svg`, or `fib-scaling.svg`."""
    plain = file_names((workload.name for workload in experiment.workloads), ())
    if not kind:
        return {name: f"{file}.svg" for name, file in plain.items()}
    others = file_names((f"{file}-{kind}" for file in plain.values()), plain.values())
    return {name: f"{others[f'{file}-{kind}']}.svg" for name, file in plain.items()}


def series_names(experiment: Experiment) -> Mapping[str, str]:
    """Return the file name of the picture of each file that is a series: `grain-break-even.svg`."""
    files = dict.fromkeys(workload.file for workload in experiment.workloads if workload.series is not None)
    labels = {file: f"{PurePath(file).stem}-break-even" for file in files}
    plain = file_names((workload.name for workload in experiment.workloads), ())
    named = file_names(labels.values(), plain.values())
    return {file: f"{named[label]}.svg" for file, label in labels.items()}


def side_anchors(experiment: Experiment) -> Mapping[Side, str]:
    """Return where a page shows each planned side: `fib-threads-2-on-3.13t`, distinct whatever names are like."""
    sides = [planned.case.under(arm.label) for planned in experiment.cases for arm in experiment.arms]
    labels = {side: f"side-{side.workload}-{side.mode}-{side.workers}-on-{side.arm}" for side in sides}
    # Two sides of one label would share a name: the label is what file_names tells apart.
    names = file_names((f"{label} {number}" for number, label in enumerate(labels.values())), ())
    return {side: names[f"{label} {number}"] for number, (side, label) in enumerate(labels.items())}
