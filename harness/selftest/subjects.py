"""What is measured: a case under an arm, in the harness's own trials or as an order for others to carry out."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from harness.errors import UsageError
from harness.experiment import options, run_settings
from harness.experiment.measure import sites, trial
from harness.experiment.measure.answers import TrialResult
from harness.experiment.measure.schedule import Turn
from harness.experiment.measure.sites import Sites, Source
from harness.experiment.measure.trial import Counts
from harness.experiment.plan import arms, calibrate, descriptions, workload_files
from harness.experiment.process.worker_process import PreparedArm
from harness.records import Case, Mode, PlannedCase, Server, Settings
from harness.selftest.sessions import Measurement

SHORT = Path(__file__).with_name("known_5_percent.py")
SHORT_COUNTS = Counts(loops=1, values=2, warmups=1)  # about 50 ms each
KEPT = ("values", "warmup_seconds", "cpu_seconds", "gil", "canary", "service", "surroundings")  # of a trial's fields
REMEDY = "Prepare it with `nox -s bench -- --plan`, which measures one job of each workload."


@dataclass(frozen=True)
class Subject:
    """A case under an arm, with its loops, values and warm-ups."""

    arm: PreparedArm
    case: Case
    source: Source
    settings: Settings
    counts: Counts

    def trial(self) -> Measurement:
        """Measure it in one fresh worker process, as the harness does."""
        return self.measurement(*trial.run(self.arm, self.source, self.case, self.settings, self.counts))

    def measurement(self, result: TrialResult, server: Server | None = None) -> Measurement:
        """Return the measurement that one of its worker processes made."""
        if result.answer is None:
            return Measurement(0.0, result.elapsed_seconds, failed=result.reason or result.status)
        counts = self.counts
        planned = PlannedCase(case=self.case, loops=counts.loops, values=counts.values, warmups=counts.warmups)
        recorded = trial.record(Turn(planned, self.arm.arm.label, block=1, number=0), result, "", server)
        fields = msgspec.to_builtins(recorded)
        return Measurement(
            recorded.mean_seconds("whole"),
            result.elapsed_seconds,
            {name: fields[name] for name in KEPT},
            trial=recorded,
        )


def prepared(folder: Path) -> list[PreparedArm]:
    """Return the prepared arms; UsageError when there are none."""
    if not any(folder.glob("*.json")):
        message = f"No interpreter is prepared. {REMEDY}"
        raise UsageError(message)
    return arms.prepare(arms.environments(folder), gil_arm=True)


def chosen(prepared_arms: Sequence[PreparedArm], labels: Sequence[str]) -> list[PreparedArm]:
    """Return the arms with these labels, in this order; UsageError names one that is not prepared."""
    by_label = {arm.arm.label: arm for arm in prepared_arms}
    for missing in (label for label in labels if label not in by_label):
        message = f"{missing} is not prepared; there are {', '.join(by_label)}. {REMEDY}"
        raise UsageError(message)
    return [by_label[label] for label in labels]


def settings(prepared_arms: Sequence[PreparedArm], *words: str) -> Settings:
    """Return the settings that `nox -s bench` would have with these options."""
    return run_settings.settings(options.parse(list(words)), prepared_arms)


@contextmanager
def workload(name: str, arm: PreparedArm, measured: Settings) -> Iterator[Source]:
    """Yield a workload's file with the local sites that it needs, which end with the block."""
    file = workload_files.find((name,))[0]
    description = descriptions.describe(file, measured.size, arm.python, measured.timeout_seconds)
    if not description.needs_sites:
        yield Source(file, Sites(()))
        return
    with sites.opened((), description.latency_seconds) as local:
        yield Source(file, local)


def calibrated(
    prepared_arms: Sequence[PreparedArm], mode: Mode, workers: int, source: Source, measured: Settings
) -> list[Subject]:
    """Return one case under each of these arms, with the harness's own calibration, made once for all of them."""
    case = Case(workload=source.file.stem, mode=mode, workers=workers)
    planned, failures = calibrate.calibrate(case, source, prepared_arms, measured)
    if planned is None or failures:
        message = f"{case} cannot be measured: {failures[0][1].reason}"
        raise UsageError(message)
    return [Subject(arm, case, source, measured, Counts.planned(planned)) for arm in prepared_arms]


def short(arm: PreparedArm, jobs: int, mode: Mode = "serial", workers: int = 1) -> Subject:
    """Return the short case in a mode, with so many of its jobs, at most 84."""
    case = Case(workload=SHORT.stem, mode=mode, workers=workers)
    return Subject(arm, case, Source(SHORT, Sites(())), settings([arm]), replace(SHORT_COUNTS, jobs=jobs))
