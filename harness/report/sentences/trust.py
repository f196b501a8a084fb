"""How far the run can be trusted: its findings, its verdicts, its A/A control, and its canaries."""

from collections import Counter
from collections.abc import Sequence
from textwrap import shorten

from harness.analysis.results.verdicts import FAMILY_WISE_ERROR, SMALLEST_EFFECT, families
from harness.analysis.samples.canaries import SLOW, clean
from harness.records import Trial, Verdict
from harness.report.results import Results
from harness.report.sections.part import Cell, Table
from harness.report.text.escape import Markdown, markdown
from harness.report.text.numbers import counted
from harness.report.text.phrases import enumerated

FEW_DOUBTS, DOUBT_LENGTH = 6, 240  # a failed trial can give a long reason; Findings has all of it
VERDICTS: tuple[Verdict, ...] = ("faster", "slower", "equivalent", "undecided")
NO_CONTROL = Markdown("The run has no A/A control, which would show how often it calls identical sides different.")
DISTURBED = tuple(map(Markdown, ("arm", "trials", "values", "marked")))


def doubts(results: Results) -> tuple[Markdown, ...]:
    """Return the errors and warnings among the findings, a sentence each, and how many more there are."""
    serious = [finding for finding in results.findings if finding.severity in ("error", "warning")]
    few = [markdown(shorten(finding.sentence, DOUBT_LENGTH, placeholder=" …")) for finding in serious[:FEW_DOUBTS]]
    more = len(serious) - len(few)
    return (*few, Markdown(f"{more} more: see Findings below.")) if more else tuple(few)


def all_clear(results: Results) -> Markdown:
    """Return the sentence that replaces the doubts when there are none."""
    return Markdown("No check found a problem." if results.usable else "There are no numbers to believe.")


def chance_line(results: Results) -> Markdown:
    """Return how many primaries there are, how far they came, and how many wrong verdicts chance alone would give."""
    declared = sum(pair.primary for pair in results.experiment.pairs)
    primaries = [c for c in results.contrasts if c.primary and c.span == "whole"]
    reached = sum(contrast.target_reached for contrast in primaries)
    verdicts: Counter[Verdict] = Counter(c.verdict for c in primaries if c.verdict is not None)
    line = (
        f"{counted(declared, 'primary contrast')} declared before measuring, {len(primaries)} of them estimated; "
        f"{reached} reached the target of ±{100 * results.experiment.settings.target:g} %."
    )
    if not verdicts:
        return Markdown(f"{line} No verdicts are given.")
    count = verdicts.total()
    sizes = [str(len(family)) for family in families(results.experiment).values()]
    by_kind = enumerated([f"{verdicts[kind]} {kind}" for kind in VERDICTS if verdicts[kind]])
    return Markdown(
        f"{line} {counted(count, 'verdict')}: {by_kind}. The primaries of one kind of work in a group of workloads are "
        f"a family, here of {enumerated(sizes)}: the chance of even one false difference in it is at most "
        f"{100 * FAMILY_WISE_ERROR:g} % (Holm's correction). Equivalence is not corrected. No effect of "
        f"{100 * SMALLEST_EFFECT:g} % or less is called a difference."
    )


def noise_line(results: Results) -> Markdown | None:
    """Return what the A/A control measured where there is no difference; None where no verdict rests on it."""
    control, noise = results.experiment.control, results.noise
    if noise is None or control is None:
        return NO_CONTROL if any(contrast.verdict is not None for contrast in results.contrasts) else None
    differs = "differs" if noise.wrong == 1 else "differ"
    return Markdown(
        f"A/A control: {markdown(control.of)} was measured a second time under another label. {noise.wrong} of "
        f"{noise.contrasts} contrasts with itself {differs} from 1; chance allows {noise.allowed}. So few contrasts "
        "give no noise floor, and none is claimed."
    )


def disturbed_table(results: Results) -> Table:
    """Return how often each arm's trials were disturbed, percent of them; the control is an arm here."""
    control = [results.experiment.control.label] if results.experiment.control else []
    by_arm: dict[str, list[Trial]] = {arm: [] for arm in (*(arm.label for arm in results.experiment.arms), *control)}
    for trial in results.usable:
        by_arm.setdefault(trial.arm, []).append(trial)
    rows = tuple(
        (Cell(markdown(arm)), *_shares(trials, results.fast))
        for arm, trials in by_arm.items()
        if any(trial.canary is not None for trial in trials)
    )
    return Table(header=DISTURBED, rows=rows)


def _shares(trials: Sequence[Trial], fast: dict[str, float]) -> tuple[Cell, ...]:
    marks = [not good for trial in trials for good in clean(trial, fast)]
    marked = Markdown(f"{sum(marks)} ({100 * sum(marks) / len(marks):.0f} %)")
    return *map(_plain_count, (len(trials), len(marks))), Cell(marked, sum(marks))


def _plain_count(count: int) -> Cell:
    return Cell(Markdown(str(count)), count)


def adjustment_line(results: Results) -> Markdown | None:
    """Return which cases' ratios are adjusted by their canaries, and by how much; None for a run without canaries."""
    if not results.fast or not results.coefficients:
        return None
    followed = {case: coefficient for case, coefficient in sorted(results.coefficients.items()) if coefficient}
    if not followed:
        return Markdown("No case follows its canaries, so no ratio is adjusted by them.")
    others = len(results.coefficients) - len(followed)
    listed = enumerated([f"{markdown(str(case))} {coefficient:.2f}" for case, coefficient in followed.items()])
    return Markdown(
        f"The ratios of {counted(len(followed), 'case')} are adjusted by their canaries, with these coefficients: "
        f"{listed}. A coefficient of 1 takes off as much as the canaries took longer; those of the other {others} are "
        "0. Times are never adjusted."
    )


def canary_line(results: Results) -> Markdown:
    """Return what the canaries are, what they take while the machine is fast, and what share of the time they cost."""
    fast = results.fast
    if not fast:
        return Markdown("The run has no canaries, so the machine's states are unknown.")
    elapsed = sum(trial.elapsed_seconds for trial in results.usable)
    share = sum(trial.canaries_seconds or 0 for trial in results.usable) / elapsed
    durations = ", ".join(f"{markdown(kind)} {1000 * seconds:.2f} ms" for kind, seconds in sorted(fast.items()))
    return Markdown(
        f"A canary runs before and after every value. In the machine's fast state canaries take: {durations}. They "
        f"used {100 * share:.1f} % of the time of {counted(len(results.usable), 'trial')}. A value is marked when one "
        f"of its canaries took at least {SLOW:g} times as long, or when other processes used the CPUs; it counts all "
        "the same."
    )
