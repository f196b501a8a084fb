"""Every reason not to believe a number, as findings. A check is a function in CHECKS; nothing else knows its name."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from harness.analysis.contrasts import MINIMUM_BLOCKS
from harness.analysis.usable import agreed_answers, by_block, measured, usable
from harness.records import Experiment, Finding, Gil, Journal, Side, Trial

SHORTEST_SECONDS = 0.01  # below this a value is mostly the scheduler's and the clock's grain
STARVED_SHARE = 0.9  # of one CPU; a serial CPU-bound trial on an idle machine gets 0.99 and more
SEVERITIES = ("error", "warning", "note")

Check = Callable[[Experiment, Journal], Iterator[Finding]]


def findings(experiment: Experiment, journal: Journal) -> list[Finding]:
    """Return what all checks found, errors first."""
    found = [finding for check in CHECKS for finding in check(experiment, journal)]
    return sorted(found, key=lambda finding: SEVERITIES.index(finding.severity))


def answers_differ(experiment: Experiment, journal: Journal) -> Iterator[Finding]:
    """The same jobs gave different answers: then it was not the same work, or it raced."""
    every = measured(journal.trials)
    agreed = agreed_answers(experiment, every)
    odd: dict[str, list[Trial]] = defaultdict(list)
    for trial in every:
        if agreed[trial.workload] not in (None, trial.answer):
            odd[trial.workload].append(trial)
    for workload, trials in odd.items():
        yield Finding(
            severity="error",
            check="answers-differ",
            sentence=f"{workload}: {_count(trials)} gave another answer than the rest, left out here.",
            sides=_sides(trials),
            remedy="Look for a race, or for something that changes between runs; ANSWERS_VARY declares what may vary.",
        )


def gil_is_not_what_was_asked(experiment: Experiment, journal: Journal) -> Iterator[Finding]:
    """The GIL was on where it should be off, or off where it should be on, in a trial's process or in its pool."""
    labels = {arm.label: arm for arm in experiment.arms}
    odd: dict[str, list[Trial]] = defaultdict(list)
    for trial in measured(journal.trials):
        arm = labels.get(trial.arm)
        if arm is not None and trial.gil is not None and set(_states(trial.gil)) != {arm.gil_expected}:
            odd[trial.arm].append(trial)
    for arm_label, trials in odd.items():
        expected = "on" if labels[arm_label].gil_expected else "off"
        after = [trial for trial in trials if trial.gil and trial.gil.before_import != trial.gil.after_import]
        cause = "importing the workload switched it" if after else "it was not what PYTHON_GIL asked for"
        yield Finding(
            severity="error",
            check="gil",
            sentence=f"The GIL was not {expected} throughout in {_count(trials)} of {arm_label}: {cause}.",
            sides=_sides(trials),
            remedy="Find the extension module that does not declare support for running without the GIL."
            if after
            else "Measure again; if it stays so, the interpreter ignores PYTHON_GIL.",
        )


def interpreters_not_matched(experiment: Experiment, journal: Journal) -> Iterator[Finding]:  # noqa: ARG001
    """The two builds that are compared differ in more than the GIL."""
    for sentence in experiment.mismatches:
        yield Finding(
            severity="warning",
            check="interpreters",
            sentence=f"{sentence}: a difference between them need not be the GIL's.",
            remedy="Let the harness provide both from one source: nox -s interpreters.",
        )


def trials_failed(experiment: Experiment, journal: Journal) -> Iterator[Finding]:
    """Trials that failed or timed out, with the first reason; a side that never succeeded is an error."""
    succeeded = {trial.side for trial in usable(experiment, journal.trials)}
    failed: dict[tuple[str, str], list[Trial]] = defaultdict(list)
    for trial in journal.trials:
        if trial.status != "ok":
            failed[trial.workload, trial.reason or "no reason was recorded"].append(trial)
    for (workload, reason), trials in failed.items():
        never = [side for side in _sides(trials) if side not in succeeded]
        yield Finding(
            severity="error" if never else "warning",
            check="trials-failed",
            sentence=f"{workload}: {_count(trials)} failed: {reason}."
            + (f" Without any numbers: {', '.join(map(str, never))}." if never else ""),
            sides=_sides(trials),
            remedy="Mend the cause and measure again; the other cases are not touched.",
        )


def too_few_blocks(experiment: Experiment, journal: Journal) -> Iterator[Finding]:
    """Below ten blocks an interval is a first impression."""
    counts = {side: len(blocks) for side, blocks in by_block(usable(experiment, journal.trials)).items()}
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


def values_too_short(experiment: Experiment, journal: Journal) -> Iterator[Finding]:
    """Values that lasted so briefly that they measure the scheduler."""
    short = [
        trial
        for trial in usable(experiment, journal.trials)
        if trial.mean_seconds("whole") * trial.loops < SHORTEST_SECONDS
    ]
    if short:
        yield Finding(
            severity="warning",
            check="values-too-short",
            sentence=f"{_count(short)} with values of less than {SHORTEST_SECONDS * 1000:.0f} ms.",
            sides=_sides(short),
            remedy="Give the workload more jobs or larger ones.",
        )


def more_workers_than_cpus(experiment: Experiment, journal: Journal) -> Iterator[Finding]:  # noqa: ARG001
    """CPU-bound work cannot run faster than there are CPUs."""
    cpu_bound = {workload.name for workload in experiment.workloads if workload.bound == "cpu"}
    cpus = experiment.machine.usable_cpus
    cases = [each.case for each in experiment.cases if each.case.workload in cpu_bound and each.case.workers > cpus]
    if cases:
        yield Finding(
            severity="note",
            check="oversubscribed",
            sentence=f"CPU-bound cases with more workers than there are usable CPUs ({cpus}): {len(cases)}.",
            sides=tuple(case.under(arm.label) for case in cases for arm in experiment.arms),
        )


def pinned(experiment: Experiment, journal: Journal) -> Iterator[Finding]:
    """A trial's process was allowed fewer CPUs than the plan counted on, and than it has workers."""
    cpus = experiment.machine.usable_cpus
    fewer = [
        trial
        for trial in measured(journal.trials)
        if trial.usable_cpus is not None and trial.usable_cpus < min(cpus, trial.workers)
    ]
    if fewer:
        least = min(trial.usable_cpus or 0 for trial in fewer)
        yield Finding(
            severity="error",
            check="pinned",
            sentence=f"{_count(fewer)} ran on {least} of {cpus} usable CPUs, fewer than their workers.",
            sides=_sides(fewer),
            remedy="Look for isolated CPUs, to which pyperf pins its workers, and for an affinity set by the workload.",
        )


def machine_was_busy(experiment: Experiment, journal: Journal) -> Iterator[Finding]:
    """Serial CPU-bound trials did not get the one CPU they asked for: something else was running."""
    cpu_bound = {workload.name for workload in experiment.workloads if workload.bound == "cpu"}
    shares = [
        trial.cpu_seconds / sum(value.whole_seconds * trial.loops for value in trial.values)
        for trial in usable(experiment, journal.trials)
        if trial.mode == "serial" and trial.workload in cpu_bound and trial.cpu_seconds is not None
    ]
    starved = [share for share in shares if share < STARVED_SHARE]
    if len(starved) > len(shares) / 20:
        yield Finding(
            severity="warning",
            check="machine-busy",
            sentence=f"{len(starved)} of {len(shares)} serial CPU-bound trials got under {STARVED_SHARE:.0%} of a CPU"
            f" (the worst {min(starved):.0%}): something else was running, and cases with more workers felt it more.",
            remedy="Measure on an idle machine.",
        )


def damaged_lines(experiment: Experiment, journal: Journal) -> Iterator[Finding]:  # noqa: ARG001
    """Lines of the journal that cannot be read."""
    if journal.damaged_lines:
        yield Finding(
            severity="warning",
            check="damaged-lines",
            sentence=f"trials.jsonl has {journal.damaged_lines} torn or damaged line(s), which were left out.",
            remedy="A line torn by a kill is harmless; resuming measures that trial again.",
        )


CHECKS: tuple[Check, ...] = (
    answers_differ,
    gil_is_not_what_was_asked,
    trials_failed,
    pinned,
    machine_was_busy,
    interpreters_not_matched,
    too_few_blocks,
    values_too_short,
    damaged_lines,
    more_workers_than_cpus,
)


def _states(gil: Gil) -> Iterator[bool]:
    yield from (gil.before_import, gil.after_import, gil.at_end)
    for each in gil.pool:
        yield from (each.before_import, each.after_import, each.at_end)


def _count(trials: Sequence[Trial]) -> str:
    return "1 trial" if len(trials) == 1 else f"{len(trials)} trials"


def _sides(trials: Iterable[Trial]) -> tuple[Side, ...]:
    return tuple(sorted({trial.side for trial in trials}))
