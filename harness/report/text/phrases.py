"""How a contrast is put into words: its verdict decides the words, and nothing else does."""

from collections.abc import Sequence
from typing import Literal

from harness.records import Contrast, Verdict
from harness.report.text.build_notes import dagger
from harness.report.text.escape import markdown
from harness.report.text.numbers import bounds, parenthesised, plain_ratio, slowdown

Word = Verdict | Literal["no verdict yet", "not declared"]


def word(contrast: Contrast) -> Word:
    """Return the one word that may be used for a contrast: its verdict, or that it has none and why.

    "no verdict yet" is for a declared contrast that is provisional, "not declared" for every other contrast.
    """
    if contrast.primary is None:
        return "not declared"
    return "no verdict yet" if contrast.provisional or contrast.verdict is None else contrast.verdict


def against(contrast: Contrast, baseline: str) -> str:
    """Return "1.90× faster than BASELINE [1.85, 1.95]", or what else the verdict allows one to say of the subject.

    It is marked where builds differ.
    """
    return f"{_against(contrast, baseline)}{dagger(contrast)}"


def _against(contrast: Contrast, baseline: str) -> str:
    ratio = contrast.estimate
    match word(contrast):
        case "faster":
            return f"{plain_ratio(ratio)}× faster than {baseline} {bounds(ratio)}"
        case "slower":
            return f"{slowdown(ratio)}× slower than {baseline} ({plain_ratio(ratio)}× {bounds(ratio)})"
        case "equivalent":
            return f"equivalent to {baseline} {parenthesised(ratio)}"
        case "undecided":
            return f"undecided against {baseline} {parenthesised(ratio)}"
        case "no verdict yet":
            return f"ratio {plain_ratio(ratio)} to {baseline} {bounds(ratio)}, no verdict yet"
        case "not declared":
            return f"ratio {plain_ratio(ratio)} to {baseline} {bounds(ratio)}, not declared: no verdict"


def by_library(library: str | None, case: str) -> str:
    """Return "requests in threads 20": the library of a case, where its workload names one."""
    return f"{markdown(library)} in {case}" if library else case


def enumerated(parts: Sequence[str]) -> str:
    """Return "a", "a and b", "a, b and c"."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
