"""Whether the values could be taken as they should be."""

from collections import defaultdict
from collections.abc import Iterator

from harness.analysis.checks.phrases import count
from harness.analysis.checks.phrases import sides as sides_of
from harness.analysis.results.contrasts import MINIMUM_BLOCKS
from harness.analysis.samples.evidence import Evidence
from harness.analysis.statistics.signed_rank import pseudomedian
from harness.analysis.stopping import given_up_sides
from harness.records import Experiment, Finding, Trial

SHORTEST_SECONDS = 0.01  # below this a value is mostly the scheduler's and the clock's grain
WARM = 1.02  # first / second value; a lower bound above this is more than chance among some fifty cases


def trials_failed(experiment: Experiment, seen: Evidence) -> Iterator[Finding]:
    """Trials that failed or timed out, with the first reason; a side that never succeeded is an error."""
    failed: dict[tuple[str, str], list[Trial]] = defaultdict(list)
    given_up = given_up_sides(trial for trial in seen.journal.trials if trial.purpose == "time")
    for trial in seen.journal.trials:
        if trial.status != "ok":
            failed[trial.workload, trial.reason or "no reason was recorded"].append(trial)
    for (workload, reason), trials in failed.items():
        never = [side for side in sides_of(trials) if side not in seen.first]
        left = [side for side in sides_of(trials) if side in given_up]
        yield Finding(
            severity="error" if never else "warning",
            check="trials-failed",
            sentence=f"{workload}: {count(trials)} failed: {reason}."
            + (f" Without any numbers: {', '.join(map(str, never))}." if never else "")
            + (f" Failed three times in a row and left the run: {', '.join(map(str, left))}." if left else ""),
            sides=sides_of(trials),
            remedy="Fix the cause and measure again. The other cases are not affected.",
        )


def too_few_blocks(experiment: Experiment, seen: Evidence) -> Iterator[Finding]:
    """Below ten blocks an interval is a first impression."""
    counts = {side: len(blocks) for side, blocks in seen.first.items()}
    few = sorted(side for side, count in counts.items() if count < MINIMUM_BLOCKS)
    if few and not experiment.provisional:
        yield Finding(
            severity="warning",
            check="too-few-blocks",
            sentence=f"{len(few)} of {len(counts)} cases under an arm have fewer than {MINIMUM_BLOCKS} blocks: "
            "their intervals are provisional and there are no verdicts.",
            sides=tuple(few),
            remedy=f"Give it a longer --budget, or at least --blocks {MINIMUM_BLOCKS}.",
        )


def values_too_short(experiment: Experiment, seen: Evidence) -> Iterator[Finding]:
    """Values that lasted so briefly that they measure the scheduler."""
    short = [trial for trial in seen.usable if trial.mean_seconds("whole") * trial.loops < SHORTEST_SECONDS]
    if short:
        yield Finding(
            severity="warning",
            check="values-too-short",
            sentence=f"{count(short)} with values of less than {SHORTEST_SECONDS * 1000:.0f} ms.",
            sides=sides_of(short),
            remedy="Give the workload more jobs or larger ones.",
        )


def still_warming_up(experiment: Experiment, seen: Evidence) -> Iterator[Finding]:
    """The first value of a trial takes longer than the second one, so the warm-up was too short for this case."""
    longer = []
    for side, blocks in sorted(seen.first.items(), key=lambda item: item[0]):
        pairs = [trial.values[:2] for trial in blocks.values() if len(trial.values) > 1]
        if len(pairs) >= MINIMUM_BLOCKS:
            estimate = pseudomedian([first.whole_seconds / second.whole_seconds for first, second in pairs])
            if estimate.low is not None and estimate.low > WARM:
                longer.append((side, estimate.point))
    if longer:
        worst = max(point for _, point in longer) - 1
        yield Finding(
            severity="warning",
            check="still-warming-up",
            sentence=f"The first value takes longer than the second, by {worst:.0%} at most, so these cases were still "
            f"warming up: {', '.join(str(side) for side, _ in longer)}.",
            sides=tuple(side for side, _ in longer),
            remedy="Give the workload more jobs; a service that runs for long takes less time than these numbers say.",
        )


def pinned(experiment: Experiment, seen: Evidence) -> Iterator[Finding]:
    """A trial's process was allowed fewer CPUs than the plan counted on, and than it has workers."""
    cpus = experiment.machine.usable_cpus
    fewer = [
        trial
        for trial in seen.measured
        if trial.usable_cpus is not None and trial.usable_cpus < min(cpus, trial.workers)
    ]
    if fewer:
        least = min(trial.usable_cpus or 0 for trial in fewer)
        yield Finding(
            severity="error",
            check="pinned",
            sentence=f"{count(fewer)} ran on {least} of {cpus} usable CPUs, fewer than their workers.",
            sides=sides_of(fewer),
            remedy="Look for isolated CPUs, and for an affinity that the workload sets.",
        )


def damaged_lines(experiment: Experiment, seen: Evidence) -> Iterator[Finding]:
    """Lines of the journal that cannot be read."""
    if seen.journal.damaged_lines:
        yield Finding(
            severity="warning",
            check="damaged-lines",
            sentence=f"trials.jsonl has {seen.journal.damaged_lines} torn or damaged line(s), which were left out.",
            remedy="A line torn by a kill is harmless; resuming measures that trial again.",
        )


def lines_do_not_belong(experiment: Experiment, seen: Evidence) -> Iterator[Finding]:
    """Lines of the journal that measuring this experiment cannot have written."""
    kinds = {
        "of no arm and case of this run": seen.journal.foreign_lines,
        "about a trial that another line has already": seen.journal.repeated_lines,
    }
    lines = [f"{number} line(s) {what}" for what, number in kinds.items() if number]
    if lines:
        yield Finding(
            severity="warning",
            check="strange-lines",
            sentence=f"trials.jsonl has {' and '.join(lines)}, which were left out.",
            remedy="Measuring writes no such lines. Find out where the files of this run come from.",
        )


def memory_not_measured(experiment: Experiment, seen: Evidence) -> Iterator[Finding]:
    """Memory was asked for, and there is not a single peak."""
    if experiment.settings.memory_blocks and not any(trial.peak_pss_bytes for trial in seen.journal.trials):
        yield Finding(
            severity="warning",
            check="memory-not-measured",
            sentence="Memory was not measured, though --memory asked for it: either this system does not report it "
            "(Linux does, in smaps_rollup), or the run ended before its memory blocks.",
            remedy="Resume the run on Linux; leave out --memory elsewhere.",
        )
