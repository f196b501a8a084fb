"""How a contrast is put into words: the words follow its interval, never its ratio alone."""

from collections.abc import Callable, Sequence
from typing import Literal

from harness.records import ONE_BY_ONE, Case, Contrast, Estimate, Mode
from harness.report.text.numbers import bounds, counted, parenthesised, plain_ratio, slowdown
from harness.report.workload_results import WorkloadContrasts

Manner = Literal["faster", "slower", "equal", "unclear", "unknown"]
SpeedUp = Literal["faster", "small", "slower", "unclear", "unknown"]

EVEN = (0.9, 1.1)  # a free-threaded build that is shown to differ from its sibling by less than this is about even
NARROW = (0.8, 1.25)  # an interval that includes 1 and reaches further says nothing about who is ahead
SMALL = 1.1  # a speed-up that is certainly below it is not worth mentioning


def manner(contrast: Contrast) -> Manner:
    """Return what the interval allows one to say; "unknown" where there is none."""
    return "equal" if contrast.verdict == "equivalent" else direction(contrast.estimate)


def direction(ratio: Estimate) -> Literal["faster", "slower", "unclear", "unknown"]:
    """Return on which side of 1 the interval of a ratio lies; "unknown" where there is none."""
    if ratio.interval is None:
        return "unknown"
    low, high = ratio.interval
    return "faster" if low > 1 else "slower" if high < 1 else "unclear"


def compared_with(contrast: Contrast, baseline: str) -> str:
    """Return "1.90× faster than BASELINE [1.85, 1.95]", or that no difference is shown."""
    ratio = contrast.estimate
    match manner(contrast):
        case "faster":
            return f"{plain_ratio(ratio)}× faster than {baseline} {bounds(ratio)}"
        case "slower":
            return f"{slowdown(ratio)}× slower than {baseline} ({plain_ratio(ratio)}× {bounds(ratio)})"
        case "equal":
            return f"as fast as {baseline} {parenthesised(ratio)}"
        case "unclear":
            return f"not shown to differ from {baseline} {parenthesised(ratio)}"
        case "unknown":
            return f"{plain_ratio(ratio)} times as fast as {baseline} {bounds(ratio)}"


def between(contrast: Contrast, doing: str, here: str, there: str) -> str:
    """Return "DOING 1.90× faster on HERE than on THERE [1.85, 1.95]", or that no difference is shown."""
    ratio = contrast.estimate
    match manner(contrast):
        case "faster":
            return f"{doing} {plain_ratio(ratio)}× faster on {here} than on {there} {bounds(ratio)}"
        case "slower":
            exact = f"({plain_ratio(ratio)}× {bounds(ratio)})"
            return f"{doing} {slowdown(ratio)}× slower on {here} than on {there} {exact}"
        case "equal":
            return f"{doing} equally fast on {here} and on {there} {parenthesised(ratio)}"
        case "unclear":
            return f"{doing} with no difference shown between {here} and {there} {parenthesised(ratio)}"
        case "unknown":
            return f"{doing} {plain_ratio(ratio)} times as fast on {here} as on {there} {bounds(ratio)}"


def payment(against_sibling: Contrast) -> str | None:
    """Return how a gain without the GIL compares with the cost of the slower build; None where it cannot be said."""
    build = "the slower build"
    if against_sibling.estimate.interval is None:
        return None
    ratio, (low, high) = against_sibling.estimate.point, against_sibling.estimate.interval
    if low <= 1 <= high:
        narrow = low >= NARROW[0] and high <= NARROW[1]
        return f"this just makes up for {build}" if narrow else f"it is open whether this makes up for {build}"
    if ratio < 1:
        return f"this almost makes up for {build}" if ratio >= EVEN[0] else f"this does not make up for {build}"
    return (
        f"this slightly more than makes up for {build}" if ratio <= EVEN[1] else f"this more than makes up for {build}"
    )


def speed_up(contrast: Contrast) -> SpeedUp:
    """Return what the interval of a speed-up over serial allows one to say; "small" is certainly not above 10 %."""
    if contrast.estimate.interval is None:
        return "unknown"
    low, high = contrast.estimate.interval
    if high < 1 and contrast.estimate.point < 1 / SMALL:
        return "slower"
    if high < SMALL:
        return "small"
    return "faster" if low > 1 else "unclear"


OVER_SERIAL: tuple[tuple[SpeedUp, str], ...] = (
    ("faster", "faster"),
    ("small", f"no speed-up above {100 * (SMALL - 1):.0f} %"),
    ("unclear", "no difference shown"),
    ("slower", "slower"),
    ("unknown", "not judged"),
)
OVER_PROCESSES: tuple[tuple[Manner, str], ...] = (
    ("faster", "faster"),
    ("equal", "as fast"),
    ("unclear", "no difference shown"),
    ("slower", "slower"),
    ("unknown", "not judged"),
)


def grouped[Group](
    contrasts: Sequence[tuple[str, Contrast]],
    group_of: Callable[[Contrast], Group],
    phrases: Sequence[tuple[Group, str]],
    preposition: str = "on",
) -> str:
    """Return "faster on 3.13t (1.98 [1.97, 1.99]); slower on 3.12 by 1.72× (0.58 [0.57, 0.59])".

    `contrasts` have their names (arms, modes or cases) as Markdown; those in one group stand together.
    """
    parts = []
    for group, phrase in phrases:
        names = [_named(name, contrast, phrase) for name, contrast in contrasts if group_of(contrast) == group]
        if names:
            parts.append(f"{phrase} {preposition} {enumerated(names)}")
    return "; ".join(parts)


def _named(name: str, contrast: Contrast, phrase: str) -> str:
    factor = f" by {slowdown(contrast.estimate)}×" if phrase == "slower" else ""
    return f"{name}{factor} {parenthesised(contrast.estimate)}"


def running(mode: Mode, name: str) -> str:
    """Return "threads run fib", "asyncio runs fib", "serial fib runs"."""
    if mode in ONE_BY_ONE:
        return f"{mode} {name} runs"
    return f"asyncio runs {name}" if mode == "asyncio" else f"{mode} run {name}"


def with_workers(results: WorkloadContrasts, case: Case) -> str:
    """Return "With 2 workers", and on how many CPUs where these are fewer and the work needs them."""
    workers = f"With {counted(case.workers, 'worker')}"
    cpus = results.experiment.machine.usable_cpus
    return f"{workers} on {counted(cpus, 'usable CPU')}" if results.oversubscribed(case.workers) else workers


def enumerated(parts: Sequence[str]) -> str:
    """Return "a", "a and b", "a, b and c"."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def sentence(text: str) -> str:
    """Return the text as a sentence: a capital first (unless a name begins it) and a full stop."""
    return f"{text[0].upper()}{text[1:]}."
