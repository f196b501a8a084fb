"""A new run before its first block: show its plan, or calibrate its cases and declare its experiment."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from rich.console import Console

from harness import __version__
from harness.experiment.console import show
from harness.experiment.machine import description
from harness.experiment.measure.sites import Source
from harness.experiment.measure.trial import record
from harness.experiment.plan import aa_control, calibrate, declared_contrasts, gil_culprits, preview
from harness.experiment.plan.cases import Plan
from harness.experiment.process.worker_code import worker_sha256
from harness.experiment.process.worker_process import PreparedArm
from harness.records import FORMAT, Arm, Case, Control, Experiment, Pair, PlannedCase, Settings, Trial
from harness.runs.validate import refuse_unreadable


@dataclass(frozen=True)
class Setup:
    """Everything that a new run needs to know before anything is measured."""

    prepared: list[PreparedArm]
    planned: Plan
    settings: Settings
    sources: dict[str, Source]

    @property
    def arms(self) -> list[Arm]:
        """The arms as a run records them."""
        return [prepared.arm for prepared in self.prepared]


def show_plan(setup: Setup, results: Path, console: Console) -> None:
    """Show the cases, the time that a block takes, and how wide the intervals will be by the runs in `results`."""
    expected = {}
    for workload in setup.planned.workloads:
        cases = [case for case in setup.planned.cases if case.workload == workload.name]
        if not cases:
            continue
        job = preview.job_seconds(setup.sources[workload.name], setup.prepared, setup.settings, cases)
        for case in cases:
            expected[case] = preview.trial_seconds(case, workload, job, setup.prepared, setup.settings)
    control = _control(setup, list(setup.planned.cases))
    drawn, sentence = preview.table(expected, setup.settings, control)
    count = preview.block_count(preview.block_of(expected, control)[1], setup.settings)
    contrasts = _declared(setup)
    memory = preview.memory(expected, setup.settings)
    widths = preview.widths(contrasts, count, description.describe(), results, setup.settings.scaling)
    console.print(drawn)
    for skipped in setup.planned.skipped:
        mode = skipped.mode if skipped.workers is None else f"{skipped.mode} with {skipped.workers} workers"
        show(console, f"{skipped.workload} is not measured in mode {mode}: {skipped.reason}.")
    show(console, f"{sentence}{memory} {widths}")


def calibrated(setup: Setup, console: Console) -> tuple[Experiment, list[Trial]]:
    """Return the experiment with its calibrated cases, and the trials that failed while these were calibrated."""
    culprits = gil_culprits.culprits(setup.planned.files, setup.prepared)
    for culprit in culprits:
        show(console, gil_culprits.sentence(culprit))
    experiment = Experiment(
        format=FORMAT,
        harness_version=__version__,
        started_at=_now(),
        settings=setup.settings,
        machine=description.describe(),
        arms=tuple(setup.arms),
        workloads=setup.planned.workloads,
        cases=tuple(PlannedCase(case=case, loops=1, values=1, warmups=0) for case in setup.planned.cases),
        skipped=setup.planned.skipped,
        pairs=tuple(_declared(setup)),
        control=_control(setup, list(setup.planned.cases)),
        culprits=tuple(culprits),
        worker_sha256=worker_sha256(),
    )
    refuse_unreadable(experiment)  # calibrating takes minutes
    cases, failures = _calibrate(setup, console)
    control = _control(setup, [planned.case for planned in cases])
    return msgspec.structs.replace(experiment, started_at=_now(), cases=tuple(cases), control=control), failures


def _declared(setup: Setup) -> list[Pair]:
    cpus, weak = description.usable_cpus(), setup.settings.scaling == "weak"
    return declared_contrasts.declare(setup.planned.workloads, setup.planned.cases, setup.arms, cpus, weak=weak)


def _control(setup: Setup, cases: list[Case]) -> Control | None:
    # A quick run gives no verdicts to judge, nor does the size that its source ran once.
    unjudged = setup.settings.profile == "quick" or setup.settings.size == "original"
    return None if unjudged else aa_control.declare(cases, setup.arms)


def _calibrate(setup: Setup, console: Console) -> tuple[list[PlannedCase], list[Trial]]:
    cases: list[PlannedCase] = []
    failures: list[Trial] = []
    for case in setup.planned.cases:
        console.print(f"calibrating {case}", markup=False, highlight=False)
        source = setup.sources[case.workload]
        planned, failed = calibrate.calibrate(case, source, setup.prepared, setup.settings)
        cases += [planned] if planned else []
        failures += [record(turn, result) for turn, result in failed]
    return cases, failures


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
