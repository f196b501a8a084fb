"""Rules that the types of the records cannot express: a sound experiment, and the trials that belong to it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from harness.errors import UsageError
from harness.records import Experiment, Journal, Side, Trial

MOST_SIDES = 100_000  # of a run; cases are written down one by one, but every arm has each of them
# Sides × blocks, and declared pairs × blocks. Of a run these are about as many as its trials; of a made-up one, in
# which each trial is of another side and another block, they are more than any memory.
MOST_CELLS = 10**7
LEAST_SECONDS = 1e-9  # what no clock can tell from nothing; with it no ratio leaves the numbers


def refuse_unreadable(experiment: Experiment) -> None:
    """Raise UsageError for an experiment that could be written but not read again, before anything is measured."""
    try:
        copy = msgspec.json.decode(msgspec.json.encode(experiment), type=Experiment)
        flaw = next(flaws(copy), None)
    except msgspec.ValidationError as error:
        flaw = str(error)
    if flaw is not None:
        message = (
            f"This run could not be read again: {flaw}. Change the option or the workload file that this comes from."
        )
        raise UsageError(message)


def flaws(experiment: Experiment) -> Iterator[str]:
    """Yield the contradictions of an experiment; none for those that measuring wrote."""
    arms = [arm.label for arm in experiment.arms]
    workloads = [workload.name for workload in experiment.workloads]
    cases = [planned.case for planned in experiment.cases]
    for kind, items in (("arms", arms), ("workloads", workloads), ("cases", cases)):
        yield from (f"it has two {kind} {item!s}" for item in _twice(items))
    yield from (f"its case {case} is of no workload that it has" for case in cases if case.workload not in workloads)
    control = experiment.control
    if control is not None:
        if control.label in arms or control.of not in arms:
            yield f"its A/A control {control.label!r} is not a second label of one of its arms"
        yield from (
            f"its A/A control has {case}, which is not one of its cases" for case in set(control.cases) - set(cases)
        )
    for pair in experiment.pairs:
        if pair.subject == pair.baseline or not {pair.subject.arm, pair.baseline.arm} <= set(arms):
            yield f"it declares {pair.subject} against {pair.baseline}, which is no pair of its arms"
        elif pair.subject.workload != pair.baseline.workload or pair.subject.workload not in workloads:
            yield f"it declares {pair.subject} against {pair.baseline}, which is no pair of one workload"
    for subject, baseline in _twice((pair.subject, pair.baseline) for pair in experiment.pairs):
        yield f"it declares {subject} against {baseline} twice"
    if len(cases) * len(arms) > MOST_SIDES:
        yield f"it has {len(cases)} cases under {len(arms)} arms, more than any run"


def _twice[T](items: Iterable[T]) -> list[T]:
    return [item for item, count in Counter(items).items() if count > 1]


def possible(trial: Trial) -> bool:
    """Whether a trial's numbers can have been measured: none is below what a clock can tell."""
    spans = [value.work_seconds for value in trial.values]
    canaries = [seconds for value in trial.values for seconds in value.canary_seconds or ()]
    lived = trial.elapsed_seconds if trial.status == "ok" else LEAST_SECONDS
    pings = trial.service.ping_seconds if trial.service is not None else ()
    return min([lived, *spans, *canaries, *pings]) >= LEAST_SECONDS


def belonging(experiment: Experiment, journal: Journal) -> Journal:
    """Return the journal in the order of measuring, each place of a block once, without trials of another experiment.

    Whatever order its lines have, the same trials give the same numbers.
    """
    sides, labels = experiment.sides, {arm.label for arm in experiment.arms}
    workloads = {workload.name for workload in experiment.workloads}
    own = [trial for trial in journal.trials if _own(trial, sides, labels, workloads)]
    places: dict[object, Trial] = {}
    for trial in sorted(own, key=_chronological):
        places.setdefault(_place(trial), trial)
    return Journal(
        trials=tuple(places.values()),
        damaged_lines=journal.damaged_lines,
        foreign_lines=len(journal.trials) - len(own),
        repeated_lines=len(own) - len(places),
    )


def too_scattered(experiment: Experiment, trials: Sequence[Trial]) -> str | None:
    """Return the numbers of sides and blocks of the trials where they are more than can be estimated; else None."""
    most = max(len(trials), len(experiment.pairs)) * len(trials)
    if most <= MOST_CELLS:
        return None
    sides, blocks = len({trial.side for trial in trials}), len({trial.block for trial in trials})
    if max(sides, len(experiment.pairs)) * blocks <= MOST_CELLS:
        return None
    return (
        f"its {len(trials)} trials are of {sides} cases and arms in {blocks} blocks, with {len(experiment.pairs)} pairs"
    )


def _own(trial: Trial, sides: frozenset[Side], labels: set[str], workloads: set[str]) -> bool:
    """A trial of a planned side, or a calibration that failed, whose case is then perhaps in no plan."""
    return trial.side in sides if trial.block else trial.arm in labels and trial.workload in workloads


def _chronological(trial: Trial) -> tuple[object, ...]:
    return trial.purpose == "memory", trial.block, trial.attempt, trial.order, trial.workload, trial.mode, trial.arm


def _place(trial: Trial) -> object:
    """Where a trial was measured: in block 0, where cases are calibrated, nothing counts its tries."""
    return (trial.purpose, trial.block, trial.attempt, trial.side) if trial.block else trial
