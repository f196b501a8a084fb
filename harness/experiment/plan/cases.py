"""Which cases: decided, and refused where they cannot work, before anything is measured."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from harness import ROOT
from harness.errors import UsageError
from harness.experiment.measure.own_cpu import server_cpus
from harness.experiment.options import Options
from harness.experiment.plan import descriptions, workload_files
from harness.experiment.plan.needs import needs
from harness.experiment.process.worker_process import PreparedArm
from harness.records import MODES, ONE_BY_ONE, SERVICE_MODES, Case, Mode, Settings, Skipped, Workload

# Size `original` follows its source, Real Python's concurrency tutorial: five threads, as many processes as CPUs,
# and all downloads at once on the event loop.
ORIGINAL_THREADS = 5


# Waiting work wants more workers than CPUs: a handful, the size of a usual pool, and all jobs at once, up to 160.
IO_WORKERS = (5, 20, 160)
IO_WORKERS_USUAL = 20
MOST_WAITING_PROCESSES = 20  # to start more than that takes longer than the jobs wait

# A service's clients: its every case has the same, as many as any of them has workers and two more who wait.
MORE_CLIENTS = 2


@dataclass(frozen=True)
class Plan:
    """The plan of a run before calibration: files by workload name, cases, and modes that cannot be measured."""

    files: dict[str, Path]
    workloads: tuple[Workload, ...]
    cases: tuple[Case, ...]
    skipped: tuple[Skipped, ...]


def plan(options: Options, settings: Settings, prepared: Sequence[PreparedArm], usable_cpus: int) -> Plan:
    """Describe the workloads, under the first interpreter, and list their cases; UsageError when none is left."""
    paths = workload_files.find(options.workloads)
    described = [
        descriptions.describe(file, settings.size, prepared[0].python, settings.timeout_seconds, settings.scaling)
        for file in paths
    ]
    every = [
        (_workload(file, description, point, jobs, needs(file, prepared[0])), file, description)
        for file, description in zip(paths, described, strict=True)
        for point, jobs in description.points
    ]
    for workload, file, _ in every:
        _refuse_unreadable(workload, file, [other.name for other, _, _ in every])
    cases: list[Case] = []
    skipped: list[Skipped] = []
    for workload, _, description in every:
        for mode in options.modes or default_modes(workload, settings, service=description.service):
            if mode in description.obstacles:
                skipped.append(Skipped(workload=workload.name, mode=mode, reason=description.obstacles[mode]))
                continue
            cpus = server_cpus(usable_cpus) if description.service else usable_cpus
            counts = worker_counts(mode, workload, settings, cpus, options.workers)
            for count in counts:
                if options.workers is None and _is_too_many(mode, workload, count, usable_cpus):
                    skipped.append(_too_many_processes(workload, count, usable_cpus))
                else:
                    cases.append(Case(workload=workload.name, mode=mode, workers=count))
    if not cases:
        reasons = "; ".join(f"{skip.workload} in mode {skip.mode}: {skip.reason}" for skip in skipped)
        message = f"Nothing is left to measure: {reasons}. Choose other --modes or another --workload."
        raise UsageError(message)
    files = {workload.name: file for workload, file, _ in every}
    workloads = tuple(
        _with_clients(workload, cases) if description.service else workload for workload, _, description in every
    )
    return Plan(files, workloads, tuple(cases), tuple(skipped))


def _refuse_unreadable(workload: Workload, file: Path, names: Sequence[str]) -> None:
    """Refuse a workload that a run directory cannot hold, while its file can still be named."""
    if names.count(workload.name) > 1:
        message = f"{file.name} cannot be measured: it has two points that are both called {workload.name}. Rename one."
        raise UsageError(message)
    try:
        msgspec.convert(msgspec.to_builtins(workload), Workload)
    except msgspec.ValidationError as error:
        expected, _, field = str(error).partition(" - at `$.")
        message = (
            f"{file.name} cannot be measured: its {field.rstrip('`')} is impossible ({expected}). Change the file."
        )
        raise UsageError(message) from error


def _with_clients(workload: Workload, cases: Sequence[Case]) -> Workload:
    most = max((case.workers for case in cases if case.workload == workload.name), default=0)
    return msgspec.structs.replace(workload, clients=most + MORE_CLIENTS)


def default_modes(workload: Workload, settings: Settings, *, service: bool = False) -> tuple[Mode, ...]:
    """Return the modes of a workload when none are named.

    serial-after-thread is for computing work only, in runs that have the time for it, and not for each point of a
    series; the source of size `original` did not measure it. A service is on an event loop in every mode.
    """
    if service:
        return SERVICE_MODES
    asked = workload.bound == "cpu" and workload.series is None
    if asked and settings.profile != "quick" and settings.size != "original":
        return MODES
    return tuple(mode for mode in MODES if mode != "serial-after-thread")


def worker_counts(
    mode: Mode, workload: Workload, settings: Settings, usable_cpus: int, asked: Sequence[int] | None = None
) -> list[int]:
    """Return the worker counts of a mode: the same for every concurrent mode, so that modes compare.

    One count, because the time of a run goes into narrow intervals first, unless everything is asked for or the work
    grows with the workers.
    """
    if mode in ONE_BY_ONE:
        return [1]
    if asked:
        return list(asked)
    if settings.size == "original" and settings.scaling == "strong":
        return [{"threads": ORIGINAL_THREADS, "processes": usable_cpus}.get(mode, workload.jobs)]
    several = settings.everything or settings.scaling == "weak"
    if workload.bound == "io":
        usual = IO_WORKERS if several else (IO_WORKERS_USUAL,)
        return sorted({min(count, workload.jobs) for count in usual})
    doubled = [2**power for power in range(usable_cpus.bit_length()) if 2**power < usable_cpus]
    return [*doubled, usable_cpus] if several else [usable_cpus]


def _is_too_many(mode: Mode, workload: Workload, count: int, usable_cpus: int) -> bool:
    return mode == "processes" and workload.bound == "io" and count > max(MOST_WAITING_PROCESSES, usable_cpus)


def _too_many_processes(workload: Workload, count: int, usable_cpus: int) -> Skipped:
    reason = f"starting {count} processes on {usable_cpus} CPUs would take far longer than the jobs of {workload.name}"
    return Skipped(workload=workload.name, mode="processes", workers=count, reason=reason)


def _workload(
    file: Path, description: descriptions.Description, point: int | str | None, jobs: int, needed: tuple[str, ...]
) -> Workload:
    # words are settings to compare, which have no place on an axis
    return Workload(
        name=file.stem if point is None else f"{file.stem}@{point}",
        file=str(file.relative_to(ROOT)) if file.is_relative_to(ROOT) else file.name,
        sha256=workload_files.digest(file),
        summary=description.summary,
        bound=description.bound,
        jobs=jobs,
        answers_vary=description.answers_vary,
        needs=needed,
        answers_count=description.answers_count,
        group=description.group,
        series=description.series if isinstance(point, int) else None,
        point=point if isinstance(point, int) else None,
        latency_seconds=description.latency_seconds if description.needs_sites else None,
        library=description.libraries.get("run"),
        async_library=description.libraries.get("run_async"),
        chunk_size=description.chunk_sizes[str(point)],
    )
