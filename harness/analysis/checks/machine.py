"""Whether the machine was the same all the time, and whether something else ran on it."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from statistics import median

from harness.analysis.checks.phrases import count
from harness.analysis.checks.phrases import sides as sides_of
from harness.analysis.results.aa_control import noise
from harness.analysis.samples.canaries import clean, crowded, fast_seconds
from harness.analysis.samples.evidence import Evidence
from harness.analysis.statistics.chi_squared import independence
from harness.records import ONE_BY_ONE, Experiment, Finding, Trial

OFTEN = 0.05  # a share of trials below which a disturbance is what every machine has now and then
STARVED_SHARE = 0.9  # of one CPU; a serial CPU-bound trial on an idle machine gets 0.99 and more
DRIFT = 1.05  # canaries of the last third of a run against those of the first
CHANCE = 0.01  # one run in a hundred may call the arms unequally disturbed although they are not
APART = 0.05  # and the shares have to be this far apart for it to matter


def false_alarms(experiment: Experiment, seen: Evidence) -> Iterator[Finding]:
    """The run called differences where there are none, between an arm and its control, more often than chance does."""
    found = noise(experiment, seen.readings)
    if found is not None and found.wrong > found.allowed and experiment.control is not None:
        yield Finding(
            severity="error",
            check="false-alarms",
            sentence=f"{experiment.control.of} measured a second time differed from itself in {found.wrong} of "
            f"{found.contrasts} contrasts; chance allows {found.allowed}. Do not publish these verdicts.",
            sides=tuple(pair.baseline for pair in experiment.control.pairs),
            remedy="Measure again on a quieter machine.",
        )


def something_else_ran(experiment: Experiment, seen: Evidence) -> Iterator[Finding]:
    """Other processes used the CPUs during trials."""
    trials = seen.usable
    busy = [trial for trial in trials if crowded(trial)]
    if len(busy) > OFTEN * len(trials):
        share = median(_seconds(trial, "other_cpu_seconds") / trial.elapsed_seconds for trial in busy)
        yield Finding(
            severity="warning",
            check="machine-busy",
            sentence=f"Something else was running: in {count(busy)} of {len(trials)} ({_blocks(busy)}) other processes "
            f"used {share:.1f} CPUs (median). Their values are marked.",
            sides=sides_of(busy),
            remedy="Measure on an idle machine.",
        )


def starved(experiment: Experiment, seen: Evidence) -> Iterator[Finding]:
    """Serial CPU-bound trials did not get the one CPU they asked for: something else was running."""
    cpu_bound = {workload.name for workload in experiment.workloads if workload.bound == "cpu"}
    alone = [
        (trial.cpu_seconds / sum(value.whole_seconds * trial.loops for value in trial.values), trial)
        for trial in seen.usable
        if trial.mode in ONE_BY_ONE and trial.workload in cpu_bound and trial.cpu_seconds is not None
    ]
    hungry = [(share, trial) for share, trial in alone if share < STARVED_SHARE]
    if len(hungry) > OFTEN * len(alone):
        yield Finding(
            severity="warning",
            check="starved",
            sentence=f"{len(hungry)} of {len(alone)} serial CPU-bound trials ({_blocks([t for _, t in hungry])}) "
            f"got under {STARVED_SHARE:.0%} of a CPU (the worst {min(share for share, _ in hungry):.0%}): something "
            "else was running, and it disturbed cases with more workers more.",
            remedy="Measure on an idle machine.",
        )


def often_disturbed(experiment: Experiment, seen: Evidence) -> Iterator[Finding]:
    """Many trials were measured while the machine was slow, which makes intervals wide and times long."""
    trials = [trial for trial in seen.usable if trial.canary is not None]
    slow = [trial for trial in trials if not any(clean(trial, seen.fast))]
    if len(slow) > OFTEN * len(trials):
        yield Finding(
            severity="note",
            check="often-disturbed",
            sentence=f"The machine was slow or busy during all of {len(slow)} of {len(trials)} trials. They count like "
            "all others: ratios are adjusted by the canaries and their intervals are wider; times are not adjusted.",
            sides=sides_of(slow),
            remedy="Measure on a machine that nobody else uses.",
        )


def arms_disturbed_unequally(experiment: Experiment, seen: Evidence) -> Iterator[Finding]:
    """Some arms' values are marked more often than others': then adjusting by canaries could favour an arm."""
    trials = [trial for trial in seen.usable if trial.attempt == 0]
    fast = fast_seconds(trials)
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for trial in trials:
        counts[trial.arm][all(clean(trial, fast))] += 1
    table = [[marked, good] for marked, good in counts.values()]
    shares = {arm: marked / (marked + good) for arm, (marked, good) in counts.items()}
    if len(table) < 2 or not all(map(sum, zip(*table, strict=True))):  # noqa: PLR2004 - nothing to compare
        return
    if max(shares.values()) - min(shares.values()) > APART and independence(table) < CHANCE:
        by_arm = ", ".join(f"{share:.0%} on {arm}" for arm, share in shares.items())
        yield Finding(
            severity="warning",
            check="unequally-disturbed",
            sentence=f"Trials with marked values are more frequent under some arms: {by_arm}. Adjusting by "
            "the canaries could favour an arm.",
            remedy="Measure again, on a quieter machine if possible.",
        )


def canaries_drifted(experiment: Experiment, seen: Evidence) -> Iterator[Finding]:
    """The machine was faster or slower at the end than at the beginning."""
    trials = sorted(seen.usable, key=lambda trial: (trial.block, trial.order))
    kinds: dict[str, list[float]] = defaultdict(list)
    for trial in trials:
        kinds[trial.canary or ""] += [s for value in trial.values for s in value.canary_seconds or ()]
    for kind, taken in kinds.items():
        third = len(taken) // 3
        if third:
            ratio = median(taken[-third:]) / median(taken[:third])
            if not 1 / DRIFT < ratio < DRIFT:
                yield Finding(
                    severity="warning",
                    check="drift",
                    sentence=f"The machine changed its speed: canaries ({kind}) took {ratio:.2f} times as long in the "
                    "last third of the run as in the first.",
                    remedy="Pairing within blocks cancels what both sides share; do not compare times across blocks.",
                )


def kernel_took_time(experiment: Experiment, seen: Evidence) -> Iterator[Finding]:
    """The hypervisor or the cgroup's quota kept trials from running, or the CPUs changed their frequency."""
    trials = [trial for trial in seen.usable if trial.surroundings is not None]
    elapsed = sum(trial.elapsed_seconds for trial in trials)
    reasons = {
        "steal_seconds": "the hypervisor gave its CPUs to others (steal)",
        "throttled_seconds": "the cgroup's quota stopped it (throttling)",
    }
    for field, what in reasons.items():
        taken = sum(_seconds(trial, field) for trial in trials)
        if taken > OFTEN * elapsed:
            yield Finding(
                severity="warning",
                check=field.removesuffix("_seconds"),
                sentence=f"For {taken / elapsed:.0%} of the time in trials {what}.",
                remedy="Measure on a machine whose CPUs are its own.",
            )
    yield from _waited(experiment, trials)
    yield from _frequency(trials)


def _waited(experiment: Experiment, trials: Sequence[Trial]) -> Iterator[Finding]:
    """One worker never waits for a CPU on an idle machine, so in serial trials pressure is something else's."""
    alone = [trial for trial in trials if trial.mode in ONE_BY_ONE and trial.server is None]
    pressed = [t for t in alone if _seconds(t, "pressure_seconds") > (1 - STARVED_SHARE) * t.elapsed_seconds]
    if len(pressed) > OFTEN * len(alone) and experiment.machine.usable_cpus > 1:
        yield Finding(
            severity="warning",
            check="pressure",
            sentence=f"{count(pressed)} of {len(alone)} serial ones ({_blocks(pressed)}) ran while something waited "
            "for a CPU for over a tenth of the time (PSI).",
            sides=sides_of(pressed),
            remedy="Measure on an idle machine.",
        )


def _frequency(trials: Sequence[Trial]) -> Iterator[Finding]:
    known = [t.surroundings.megahertz for t in trials if t.surroundings and t.surroundings.megahertz]
    third = len(known) // 3
    if third:
        first, last = median(known[:third]), median(known[-third:])
        if not 1 / DRIFT < last / first < DRIFT:
            yield Finding(
                severity="warning",
                check="frequency",
                sentence=f"The CPUs ran at {last:.0f} MHz in the last third of the run, at {first:.0f} in the first.",
                remedy="Fix the frequency, or let the machine warm up before.",
            )


def _seconds(trial: Trial, field: str) -> float:
    return 0.0 if trial.surroundings is None else getattr(trial.surroundings, field) or 0.0


def _blocks(trials: Sequence[Trial]) -> str:
    """Return "block 3" or "blocks 3 to 12"."""
    first, last = min(trial.block for trial in trials), max(trial.block for trial in trials)
    return f"block {first}" if first == last else f"blocks {first} to {last}"
