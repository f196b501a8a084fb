"""What stands below the first sentences: why a ratio has a mark, and how many builds the numbers come from."""

from collections.abc import Iterable

from harness.analysis.results.build_mismatches import declared_mismatches
from harness.records import Experiment
from harness.report.text.build_notes import DAGGER, notes_of
from harness.report.text.escape import Markdown


def footnotes(experiment: Experiment, sentences: Iterable[str]) -> tuple[Markdown, ...]:
    """Return the notes to sentences: those about marked ratios where there are any, then the one about builds."""
    return (*mark_notes(experiment, sentences), builds_line())


def mark_notes(experiment: Experiment, sentences: Iterable[str]) -> tuple[Markdown, ...]:
    """Return why ratios in the sentences have a mark; nothing where none has."""
    return notes_of(declared_mismatches(experiment)) if any(DAGGER in sentence for sentence in sentences) else ()


def builds_line(builds: int = 1) -> Markdown:
    """Return how many builds of each interpreter the numbers come from, and what this leaves out.

    Mytkowicz and others, "Producing Wrong Data Without Doing Anything Obviously Wrong!", ASPLOS 2009: the order in
    which the same object files are linked changes run times.
    """
    if builds > 1:
        return Markdown(f"{builds} builds of each interpreter stand behind these numbers.")
    return Markdown(
        "One build of each interpreter stands behind these numbers. Another build of the same source can give other "
        "ratios; no interval includes that."
    )
