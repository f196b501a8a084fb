"""One trial: a fresh worker process measures one case under one arm, and what it came to is recorded."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Literal

import msgspec

from harness.experiment.machine.process_memory import tree_pss_bytes
from harness.experiment.measure import service_trial
from harness.experiment.measure.answers import TrialAnswer, TrialResult
from harness.experiment.measure.schedule import Turn
from harness.experiment.measure.sites import Source
from harness.experiment.process import worker_process
from harness.experiment.process.limits import Watch
from harness.experiment.process.worker_process import PreparedArm
from harness.records import Case, Experiment, PlannedCase, Server, Settings, Surroundings, Trial
from harness.worker.orders import CaseOrder, MeasureOrder


@dataclass(frozen=True)
class Counts:
    """How often a trial does its case: loops per value, values, loops of warm-up, and at most so many of its jobs."""

    loops: int
    values: int
    warmups: int
    jobs: int | None = None

    @classmethod
    def planned(cls, planned: PlannedCase) -> "Counts":
        """Return what calibration found."""
        return cls(planned.loops, planned.values, planned.warmups)


@dataclass(frozen=True)
class Bench:
    """Everything that measures a run and never changes: arms by their labels, sources by their workloads' names."""

    experiment: Experiment
    arms: Mapping[str, PreparedArm]
    sources: Mapping[str, Source]


def measure(bench: Bench, turn: Turn, purpose: Literal["time", "memory"] = "time") -> Trial:
    """Measure one turn of a run and return its record."""
    experiment, case = bench.experiment, turn.planned.case
    control = experiment.control
    arm = bench.arms[control.of if control is not None and turn.arm == control.label else turn.arm]
    counts = Counts.planned(turn.planned)
    started_at = datetime.now(UTC).isoformat(timespec="milliseconds")
    measured = run_watched if purpose == "memory" else run
    result, server = measured(arm, bench.sources[case.workload], case, experiment.settings, counts)
    trial = record(turn, result, started_at, server)
    return msgspec.structs.replace(trial, purpose=purpose, peak_pss_bytes=result.peak_bytes)


def run(
    arm: PreparedArm, source: Source, case: Case, settings: Settings, counts: Counts
) -> tuple[TrialResult, Server | None]:
    """Let one worker process measure a case under an arm; return also what the local sites counted, if it has any."""
    watch = Watch(settings.timeout_seconds, settings.memory_limit_bytes)
    return _observed(arm, source, partial(case_order, source, case, settings, counts), watch)


def run_watched(
    arm: PreparedArm, source: Source, case: Case, settings: Settings, counts: Counts
) -> tuple[TrialResult, Server | None]:
    """Do the same, and sample the memory of the worker and its descendants."""
    watch = Watch(settings.timeout_seconds, settings.memory_limit_bytes, sample=tree_pss_bytes)
    return _observed(arm, source, partial(case_order, source, case, settings, counts), watch)


def _observed(
    arm: PreparedArm, source: Source, current_order: Callable[[], CaseOrder], watch: Watch
) -> tuple[TrialResult, Server | None]:
    def result() -> TrialResult:
        order = current_order()  # only now: a local server that was replaced has other addresses
        if source.clients is not None:
            return service_trial.run(arm, order, service_trial.Load(source.clients), watch)
        measure_order = as_measure_order(order, watched=watch.sample is not None)
        return worker_process.run(arm.python, arm.arm.python_gil, measure_order, TrialAnswer, watch)

    return source.sites.observe(result)


def case_order(source: Source, case: Case, settings: Settings, counts: Counts) -> CaseOrder:
    """Return what every order about a case has."""
    return {
        "path": str(source.file),
        "mode": case.mode,
        "workers": case.workers,
        "size": settings.size,
        "point": source.point,
        "scaling": settings.scaling,
        "sites": source.sites.urls,
        "start_method": settings.start_method,
        "loops": counts.loops,
        "values": counts.values,
        "warmups": counts.warmups,
        "jobs": counts.jobs,
    }


def as_measure_order(order: CaseOrder, *, watched: bool = False) -> MeasureOrder:
    """Return a worker's order to measure a case."""
    return {**order, "task": "measure", "watched": watched}


def record(turn: Turn, result: TrialResult, started_at: str = "", server: Server | None = None) -> Trial:
    """Return the journal's record of one trial."""
    answer = result.answer
    service = None if answer is None else answer.service
    helping_cpu_seconds = (server.cpu_seconds if server else 0.0) + (service.load_whole_cpu_seconds if service else 0.0)
    return Trial(
        **msgspec.structs.asdict(turn.side),
        block=turn.block,
        order=turn.number,
        attempt=turn.attempt,
        loops=turn.planned.loops,
        status=result.status,
        reason=result.reason,
        elapsed_seconds=result.elapsed_seconds,
        started_at=started_at,
        server=server,
        surroundings=_without(helping_cpu_seconds, result.surroundings),
        **({} if answer is None else msgspec.structs.asdict(answer)),
    )


def _without(helping_cpu_seconds: float, surroundings: Surroundings | None) -> Surroundings | None:
    """Take off what the local server, or the load on a service, worked: it belongs to the trial."""
    if surroundings is None or surroundings.other_cpu_seconds is None:
        return surroundings
    other = surroundings.other_cpu_seconds - helping_cpu_seconds
    return msgspec.structs.replace(surroundings, other_cpu_seconds=other)
