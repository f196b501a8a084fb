"""How a contrast is put into words: the words follow its interval, never its ratio alone."""

from collections.abc import Callable, Sequence
from typing import Literal

from harness.records import ONE_BY_ONE, Case, Contrast, Mode
from harness.report.sentences.facts import Facts, oversubscribed
from harness.report.text.numbers import bounds, counted, parenthesised, plain_ratio

Manner = Literal["faster", "slower", "equal", "unclear", "unknown"]
SpeedUp = Literal["faster", "small", "slower", "unclear", "unknown"]

EVEN = (0.9, 1.1)  # a free-threaded build that is shown to differ from its sibling by less than this is about even
NARROW = (0.8, 1.25)  # an interval that includes 1 and reaches further says nothing about who is ahead
SMALL = 1.1  # a speed-up that is certainly below it is none to speak of (issue 2, "Done when")


def manner(contrast: Contrast) -> Manner:
    """Return what the interval allows one to say; "unknown" where there is none."""
    if contrast.low is None or contrast.high is None:
        return "unknown"
    if contrast.verdict == "equivalent":
        return "equal"
    if contrast.low > 1:
        return "faster"
    if contrast.high < 1:
        return "slower"
    return "unclear"


def times_as_fast(contrast: Contrast, what: str) -> str:
    """Return "0.97 times as fast as WHAT [0.94, 0.99]", and that no difference is shown where that is so."""
    match manner(contrast):
        case "equal":
            return f"as fast as {what} {parenthesised(contrast)}"
        case "unclear":
            return f"not shown to differ from {what} {parenthesised(contrast)}"
        case _:
            return plain_times_as_fast(contrast, what)


def plain_times_as_fast(contrast: Contrast, what: str) -> str:
    """Return "0.97 times as fast as WHAT [0.94, 1.00]" for where the words around it say what that means."""
    return f"{plain_ratio(contrast)} times as fast as {what} {bounds(contrast)}"


def between(contrast: Contrast, doing: str, here: str, there: str) -> str:
    """Return "DOING 1.90 times as fast on HERE as on THERE [1.85, 1.95]", or that no difference is shown."""
    match manner(contrast):
        case "equal":
            return f"{doing} equally fast on {here} and on {there} {parenthesised(contrast)}"
        case "unclear":
            return f"{doing} with no difference shown between {here} and {there} {parenthesised(contrast)}"
        case _:
            return f"{doing} {plain_ratio(contrast)} times as fast on {here} as on {there} {bounds(contrast)}"


def payment(against_sibling: Contrast) -> str | None:
    """Return how a gain without the GIL compares with what the slower build costs; None where it cannot be said."""
    ratio, low, high = against_sibling.ratio, against_sibling.low, against_sibling.high
    build = "the slower build"
    if low is None or high is None:
        return None
    if low <= 1 <= high:
        narrow = low >= NARROW[0] and high <= NARROW[1]
        return f"that just pays for {build}" if narrow else f"whether that pays for {build} stays open"
    if ratio < 1:
        return f"that almost pays for {build}" if ratio >= EVEN[0] else f"that does not pay for {build}"
    return f"that slightly more than pays for {build}" if ratio <= EVEN[1] else f"that more than pays for {build}"


def speed_up(contrast: Contrast) -> SpeedUp:
    """Return what the interval of a speed-up over serial allows one to say; "small" is certainly not above 10 %."""
    if contrast.low is None or contrast.high is None:
        return "unknown"
    if contrast.high < 1 and contrast.ratio < 1 / SMALL:
        return "slower"
    if contrast.high < SMALL:
        return "small"
    return "faster" if contrast.low > 1 else "unclear"


OVER_SERIAL: tuple[tuple[SpeedUp, str], ...] = (
    ("faster", "faster on"),
    ("small", "no speed-up above 10 % on"),
    ("unclear", "not shown to differ on"),
    ("slower", "slower on"),
    ("unknown", "not judged on"),
)
OVER_PROCESSES: tuple[tuple[Manner, str], ...] = (
    ("faster", "faster on"),
    ("equal", "as fast on"),
    ("unclear", "not shown to differ on"),
    ("slower", "slower on"),
    ("unknown", "not judged on"),
)


def per_arm[Said](
    contrasts: Sequence[tuple[str, Contrast]],
    say: Callable[[Contrast], Said],
    phrases: Sequence[tuple[Said, str]],
) -> str:
    """Return "faster on 3.13t (1.98 [1.97, 1.99]); slower on …": arms of which the same can be said stand together.

    `contrasts` are (arm as shown, contrast).
    """
    parts = []
    for wanted, phrase in phrases:
        arms = [f"{arm} {parenthesised(contrast)}" for arm, contrast in contrasts if say(contrast) == wanted]
        if arms:
            parts.append(f"{phrase} {enumerated(arms)}")
    return "; ".join(parts)


def running(mode: Mode, name: str) -> str:
    """Return "threads run fib", "asyncio runs fib", "serial fib runs"."""
    if mode in ONE_BY_ONE:
        return f"{mode} {name} runs"
    return f"asyncio runs {name}" if mode == "asyncio" else f"{mode} run {name}"


def with_workers(facts: Facts, case: Case) -> str:
    """Return "With 2 workers", and on how many CPUs where these are fewer and the work needs them."""
    workers = f"With {counted(case.workers, 'worker')}"
    cpus = facts.experiment.machine.usable_cpus
    return f"{workers} on {counted(cpus, 'usable CPU')}" if oversubscribed(facts, case.workers) else workers


def enumerated(parts: Sequence[str]) -> str:
    """Return "a", "a and b", "a, b and c"."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def sentence(text: str) -> str:
    """Return the text as a sentence: a capital first (unless a name begins it) and a full stop."""
    return f"{text[0].upper()}{text[1:]}."
