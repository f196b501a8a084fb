"""The mark of a ratio between builds that differ in more than what is compared, and the note that explains it."""

from collections.abc import Iterable

from harness.analysis.results.build_mismatches import BuildMismatch, shown_mismatches
from harness.records import Contrast, Experiment
from harness.report.text.escape import Markdown, markdown
from harness.report.text.numbers import ratio_with_bounds

DAGGER = "†"


def dagger(contrast: Contrast) -> str:
    """Return the mark to set directly after a contrast's interval; "" where its builds are alike."""
    return DAGGER if contrast.builds_differ else ""


def marked_ratio(contrast: Contrast) -> str:
    """Return "1.90 [1.85, 1.95]†"; without the mark where its builds are alike."""
    return f"{ratio_with_bounds(contrast.estimate)}{dagger(contrast)}"


def build_notes(experiment: Experiment, contrasts: Iterable[Contrast | None]) -> tuple[Markdown, ...]:
    """Return a note for each mismatch of builds among the contrasts that a part shows."""
    return notes_of(shown_mismatches(experiment, (contrast for contrast in contrasts if contrast is not None)))


def notes_of(mismatches: Iterable[BuildMismatch]) -> tuple[Markdown, ...]:
    """Return a note for each mismatch."""
    return tuple(
        Markdown(f"{DAGGER} {markdown(mismatch.sentence)}. A ratio with this mark includes the effect of that.")
        for mismatch in mismatches
    )
