"""What holds for the run as a whole: its title, whether it is provisional, what to doubt, and what chance can do."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from textwrap import shorten

from harness.records import Arm, Experiment, Verdict
from harness.report.results import Results
from harness.report.text.numbers import counted
from harness.report.text.phrases import enumerated

FEW_NAMES = 3
FEW_DOUBTS, DOUBT_LENGTH = 6, 240  # a reason that a failed trial gave can be long; Findings has all of it
VERDICTS: tuple[Verdict, ...] = ("faster", "slower", "equivalent", "undecided")
ERROR_RATE = 0.05  # of one verdict, and of one interval (issue 2: 95 % intervals)


def title(results: Results, shown: Callable[[str], str]) -> str:
    """Return "fib on 3.12, 3.13 and 3.13t, 2025-11-22 12:14 UTC"."""
    return heading(results.experiment, shown)


def heading(experiment: Experiment, shown: Callable[[str], str]) -> str:
    """Return the same for a run that nothing was derived from yet."""
    names = [shown(name) for name in dict.fromkeys(w.family if w.is_point else w.name for w in experiment.workloads)]
    what = enumerated(names) if 0 < len(names) <= FEW_NAMES else counted(len(names), "workload")
    arms = [shown(arm.label) for arm in experiment.arms]
    what += ", weak scaling," if experiment.settings.scaling == "weak" else ""
    return f"{what} on {enumerated(arms) if arms else 'no interpreter'}, {_date(experiment.started_at, shown)}"


def _date(started_at: str, shown: Callable[[str], str]) -> str:
    try:
        moment = datetime.fromisoformat(started_at)
    except ValueError:
        return shown(started_at)
    if moment.tzinfo is None:
        return f"{moment:%Y-%m-%d %H:%M}"
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def arms_line(experiment: Experiment, shown: Callable[[str], str]) -> str:
    """Return what each arm is, for someone who has never seen these labels."""
    return f"{enumerated([_arm(arm, shown) for arm in experiment.arms]) if experiment.arms else 'No arms'}."


def _arm(arm: Arm, shown: Callable[[str], str]) -> str:
    version = shown(f"{arm.build.implementation} {arm.build.version}")
    if not arm.build.free_threaded:
        return f"{shown(arm.label)} is {version}"
    gil = "with its GIL on" if arm.gil_expected else "without the GIL"
    return f"{shown(arm.label)} is free-threaded {version} {gil}"


def provisional_line(results: Results) -> str | None:
    """Return a sentence that says which numbers are provisional and why; None when none is."""
    if not results.usable:
        return "Nothing can be said: no trial was usable."
    count = sum(contrast.provisional for contrast in results.contrasts)
    count_of_blocks = len({trial.block for trial in results.usable})
    blocks = counted(count_of_blocks, "block")
    if results.experiment.provisional:
        return f"All numbers are provisional: this was a quick run of {blocks}, and quick runs give no verdicts."
    if all_provisional(results):
        return f"All numbers are provisional: {blocks} {'is' if count_of_blocks == 1 else 'are'} too few for verdicts."
    if count:
        return f"{count} of {len(results.contrasts)} contrasts are provisional: too few blocks have both sides."
    return None


def all_provisional(results: Results) -> bool:
    """Whether one sentence on top says of every number that it is provisional."""
    contrasts = results.contrasts
    return results.experiment.provisional or (bool(contrasts) and all(each.provisional for each in contrasts))


def doubts(results: Results, shown: Callable[[str], str]) -> tuple[str, ...]:
    """Return the errors and warnings among the findings, a sentence each, and how many more there are."""
    found = [finding for finding in results.findings if finding.severity in ("error", "warning")]
    few = [shown(shorten(finding.sentence, DOUBT_LENGTH, placeholder=" …")) for finding in found[:FEW_DOUBTS]]
    more = len(found) - len(few)
    return (*few, f"{more} more: see Findings below.") if more else tuple(few)


def all_clear(results: Results) -> str:
    """Return what stands where the doubts would, when there are none."""
    return "Nothing was found against these numbers." if results.usable else "There are no numbers to believe."


def chance_line(results: Results) -> str:
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
        return f"{line} No verdicts are given."
    count = verdicts.total()
    by_kind = enumerated([f"{verdicts[kind]} {kind}" for kind in VERDICTS if verdicts[kind]])
    return (
        f"{line} {counted(count, 'verdict')}: {by_kind}. If the intervals hold what they promise, each is wrong with a "
        f"chance of at most {100 * ERROR_RATE:g} %, and at most {ERROR_RATE * count:.2g} of them are expected to be."
    )
