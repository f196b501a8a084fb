"""How far the run can be trusted, from what it measured of itself: its shadow, its canaries, its repetitions."""

from collections.abc import Callable, Sequence

from harness.analysis.samples.canaries import SLOW, clean
from harness.records import Trial
from harness.report.results import Results
from harness.report.sections.table import Table
from harness.report.text.escape import markdown
from harness.report.text.numbers import counted

NO_SHADOW = (
    "Without an arm measured twice its noise floor is not known; effects below 1 % are never called differences."
)
REPEATED = "; a trial without an unmarked value was repeated in its block, twice at most"  # never in a quick run


def noise_line(results: Results, shown: Callable[[str], str]) -> str | None:
    """Return what the run made of no difference at all; None where no verdict rests on it."""
    shadow, noise = results.experiment.shadow, results.noise
    if noise is None or shadow is None:
        return NO_SHADOW if any(contrast.verdict is not None for contrast in results.contrasts) else None
    differs = "differs" if noise.wrong == 1 else "differ"
    return (
        f"{shown(shadow.of)} was measured a second time under another label: {noise.wrong} of {noise.contrasts} "
        f"contrasts with itself {differs} from 1, where chance allows {noise.allowed}. The noise floor is "
        f"{100 * noise.floor:.1f} %: nothing smaller is called a difference."
    )


def disturbed_table(results: Results) -> Table:
    """Return how often each arm's trials were disturbed, percent of them; the shadow is an arm here."""
    shadow = [results.experiment.shadow.label] if results.experiment.shadow else []
    rows = []
    for arm in [*(arm.label for arm in results.experiment.arms), *shadow]:
        trials = [trial for trial in results.usable if trial.arm == arm]
        if any(trial.canary is not None for trial in trials):
            rows.append((markdown(arm), *_shares(trials, results.fast)))
    return Table(header=("arm", "trials", "of them repetitions", "values", "marked"), rows=tuple(rows))


def _shares(trials: Sequence[Trial], fast: dict[str, float]) -> tuple[str, ...]:
    marks = [not good for trial in trials for good in clean(trial, fast)]
    repeated = sum(trial.attempt > 0 for trial in trials)
    return (str(len(trials)), str(repeated), str(len(marks)), f"{sum(marks)} ({100 * sum(marks) / len(marks):.0f} %)")


def canary_line(results: Results) -> str:
    """Return what the canaries are, what they take while the machine is fast, and what share of the time they cost."""
    fast = results.fast
    if not fast:
        return "The run has no canaries, so nothing is known of the machine's states."
    elapsed = sum(trial.elapsed_seconds for trial in results.usable)
    share = sum(trial.canaries_seconds or 0 for trial in results.usable) / elapsed
    said = ", ".join(f"{markdown(kind)} {1000 * seconds:.2f} ms" for kind, seconds in sorted(fast.items()))
    again = "" if results.experiment.provisional else REPEATED
    return (
        f"Canaries beside every value, in the machine's fast state: {said}; they took {100 * share:.1f} % of the time "
        f"in {counted(len(results.usable), 'trial')}. A value is marked when one beside it took {SLOW:g} times as long "
        f"or longer, or when other processes used the CPUs{again}."
    )
