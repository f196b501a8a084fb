"""`--plan`: the cases, and how long they would take, from one job timed once under each arm."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

from rich.table import Table

from harness.analysis.results.contrasts import primaries
from harness.analysis.samples.readings import readings
from harness.errors import UsageError
from harness.experiment.machine import description
from harness.experiment.measure import trial
from harness.experiment.measure.sites import Source
from harness.experiment.measure.trial import Counts
from harness.experiment.plan.calibrate import planned
from harness.experiment.process.worker_process import PreparedArm
from harness.experiment.progress import clock
from harness.records import Case, Control, Machine, Pair, Settings, Workload
from harness.runs import newest_first, read_run

SERVICE_SECONDS = 1.0  # the same of a server with its warm-up, which needs no more loops than one
START_SECONDS = 0.2  # a worker process with pyperf from start to end without its values, as seen on two cores


def job_seconds(
    source: Source, arms: Sequence[PreparedArm], settings: Settings, cases: Sequence[Case]
) -> dict[str, float]:
    """Time a workload's first job once under every arm, serially where it can be; seconds by arm label."""
    first = next((case for case in cases if case.mode == "serial"), cases[0])
    case = Case(workload=first.workload, mode=first.mode, workers=1)
    once = Counts(loops=1, values=1, warmups=0, jobs=1)
    seconds = {}
    for arm in arms:
        result, _ = trial.run(arm, source, case, settings, once)
        if result.answer is None:
            message = f"{case.workload} does not run under {arm.arm.label}: {result.reason}"
            raise UsageError(message)
        seconds[arm.arm.label] = result.answer.values[0].work_seconds
    return seconds


def trial_seconds(
    case: Case, workload: Workload, job: Mapping[str, float], arms: Sequence[PreparedArm], settings: Settings
) -> dict[str, float]:
    """Guess the life of one trial of a case under each arm, in seconds; for planning, never shown as measured."""
    jobs = workload.jobs * (case.workers if settings.scaling == "weak" else 1)
    loop = {arm.arm.label: job[arm.arm.label] * jobs / _parallel(case, workload, arm) for arm in arms}
    if workload.clients is not None:
        return {arm: SERVICE_SECONDS + seconds for arm, seconds in loop.items()}
    if settings.size == "original":
        return {arm: START_SECONDS + seconds for arm, seconds in loop.items()}
    counts = planned(case, [[seconds] for seconds in loop.values()], settings.profile)
    loops = counts.warmups + counts.loops * counts.values
    return {arm: START_SECONDS + seconds * loops for arm, seconds in loop.items()}


def _parallel(case: Case, workload: Workload, arm: PreparedArm) -> float:
    """Return how many jobs of a case are done at once, at most."""
    if workload.bound == "io":
        return min(case.workers, workload.jobs)
    parallel = case.mode == "processes" or (case.mode == "threads" and not arm.arm.gil_expected)
    return min(case.workers, description.usable_cpus(), workload.jobs) if parallel else 1


def block_of(expected: Mapping[Case, Mapping[str, float]], control: Control | None) -> tuple[int, float]:
    """Return how many trials a block has, the control's included, and their seconds."""
    seconds = [trial_seconds for of_case in expected.values() for trial_seconds in of_case.values()]
    seconds += [expected[case][control.of] for case in control.cases if case in expected] if control else []
    return len(seconds), sum(seconds)


def memory(expected: Mapping[Case, Mapping[str, float]], settings: Settings) -> str:
    """Return how long the memory blocks take, which come after the timed ones; nothing where there are none."""
    if not settings.memory_blocks:
        return ""
    seconds = settings.memory_blocks * block_of(expected, None)[1]
    return f" Its {settings.memory_blocks} memory blocks come after that and take about {clock(seconds)}."


def block_count(block_seconds: float, settings: Settings) -> int:
    """Return how many blocks the run is expected to have."""
    return settings.blocks or max(1, int(settings.budget_seconds / block_seconds))


def widths(pairs: Sequence[Pair], count: int, machine: Machine, results: Path, scaling: str) -> str:
    """Return how wide the primaries' intervals will be after `count` blocks.

    It goes by this machine's newest run that has them; an interval shrinks with the square root of its blocks.
    """
    wanted = {(pair.subject, pair.baseline) for pair in pairs if pair.primary}
    for folder, experiment in newest_first(results):
        if experiment.settings.scaling != scaling:
            continue
        if experiment.provisional or _hardware(experiment.machine) != _hardware(machine):
            continue
        try:
            measured = primaries(experiment, readings(experiment, read_run(folder)[1].trials))
        except UsageError:  # its trials cannot be read
            continue
        half_widths = {
            contrast: (interval[1] - interval[0]) / 2 / ratio.point * math.sqrt(ratio.blocks / count)
            for contrast in measured
            if (contrast.subject, contrast.baseline) in wanted
            and (interval := (ratio := contrast.estimate).interval) is not None
        }
        if half_widths:
            widest = max(half_widths, key=half_widths.__getitem__)
            return (
                f"After {count} blocks, going by {folder.name} "
                f"({len(half_widths)} of {len(wanted)} primary contrasts): "
                f"intervals of ±{median(half_widths.values()):.1%} in the median, ±{half_widths[widest]:.1%} at worst "
                f"({widest.subject} against {widest.baseline})."
            )
    return "This machine has no earlier run from which to predict how wide the intervals will be."


def _hardware(machine: Machine) -> tuple[str, int]:
    return machine.cpu_model, machine.usable_cpus


def table(
    expected: Mapping[Case, Mapping[str, float]], settings: Settings, control: Control | None
) -> tuple[Table, str]:
    """Return the table of expected seconds, cases down and arms across, and the sentence on the whole."""
    arms = list(next(iter(expected.values())))
    drawn = Table("case", *arms, title=f"Expected seconds of one trial, size {settings.size}")
    for case, seconds in expected.items():
        drawn.add_row(str(case), *(f"{seconds[arm]:.2f}" for arm in arms))
    trials, block = block_of(expected, control)
    blocks = block_count(block, settings)
    sentence = f"One block is {trials} trials and takes about {clock(block)} (from one job timed once under each arm)"
    if settings.blocks is not None:
        total = "this run has one" if blocks == 1 else f"this run's {blocks} take about {clock(block * blocks)}"
        return drawn, f"{sentence}; {total}."
    return drawn, (
        f"{sentence}; the budget of {clock(settings.budget_seconds)} is enough for about {blocks}. "
        f"The run ends earlier when every primary contrast is known to ±{settings.target:.0%}."
    )
