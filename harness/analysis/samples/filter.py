"""Which trials estimates are made from: those that succeeded and gave the agreed answer."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from harness.analysis.samples.suspensions import place, spanned
from harness.records import Experiment, Side, Trial

Work = tuple[str, int]  # a workload, and how many times its jobs


def usable(experiment: Experiment, trials: Iterable[Trial]) -> list[Trial]:
    """Return the trials that may be compared: planned, ok, with values, and with the answer of their workload."""
    every = measured(trials)
    return comparable(experiment, every, agreed_answers(experiment, every))


def comparable(experiment: Experiment, every: Iterable[Trial], agreed: Mapping[Work, str | None]) -> list[Trial]:
    """Return those of the measured trials that were planned and gave the agreed answer of their workload."""
    planned = experiment.sides
    return [
        trial for trial in every if agreed[work(experiment, trial)] in (None, trial.answer) and trial.side in planned
    ]


def work(experiment: Experiment, trial: Trial) -> Work:
    """Return what was done, of which there is one answer: the workload, under weak scaling as often as workers."""
    return trial.workload, trial.workers if experiment.settings.scaling == "weak" else 1


def measured(trials: Iterable[Trial]) -> list[Trial]:
    """Return the trials that succeeded, whatever they answered; block 0 is calibration and is no measurement.

    Nor are the times of trials that were watched for their memory, or that a standstill of the machine cut off.
    """
    every = list(trials)
    cut_off = spanned(every)
    return [trial for trial in every if counts_as_measured(trial) and place(trial) not in cut_off]


def counts_as_measured(trial: Trial) -> bool:
    """Whether a trial succeeded and was timed, wherever it stood still."""
    return (
        trial.status == "ok"
        and trial.purpose == "time"
        and trial.block > 0
        and bool(trial.values)
        and min([value.work_seconds for value in trial.values]) > 0
    )


def agreed_answers(experiment: Experiment, trials: Sequence[Trial]) -> dict[Work, str | None]:
    """Return the answer of each work: what most trials gave, and where two are as frequent, what serial gave.

    None stands for a workload that declares that its answers vary.
    """
    counts: dict[Work, Counter[str | None]] = {}
    for trial in sorted(trials, key=lambda trial: trial.mode != "serial"):
        counts.setdefault(work(experiment, trial), Counter())[trial.answer] += 1
    return agreed(experiment, counts)


def agreed(experiment: Experiment, counts: Mapping[Work, Counter[str | None]]) -> dict[Work, str | None]:
    """Return the most frequent answer of each work, of several the one that was counted first; None where they vary."""
    vary = {workload.name for workload in experiment.workloads if workload.answers_vary is not None}
    return {
        work_done: None if work_done[0] in vary else count.most_common(1)[0][0] for work_done, count in counts.items()
    }


def by_block(trials: Iterable[Trial]) -> dict[Side, dict[int, Trial]]:
    """Index trials by side and block; of several attempts at the same place the first counts."""
    trials_by_side: dict[Side, dict[int, Trial]] = {}
    for trial in trials:
        trials_by_side.setdefault(trial.side, {}).setdefault(trial.block, trial)
    return trials_by_side
