"""The build with its GIL on × gain without the GIL = net: a table for each workload."""

from collections.abc import Sequence

from harness.analysis.results.decomposition import Decomposition
from harness.records import Workload
from harness.report.results import Results
from harness.report.sections.part import (
    NO_NUMBER,
    Part,
    Table,
    blocks_cell,
    case_label,
    estimate_cell,
    ratio_cell,
    words,
)
from harness.report.text.build_notes import build_notes
from harness.report.text.escape import Markdown, markdown
from harness.report.text.numbers import ratio_with_bounds

FACTORS = ("build with its GIL on", "gain without the GIL", "net")
INTERACTION = "interaction"
PAIRED = (
    "All three factors come from the blocks that have all three arms, so the first two make net, except for rounding. "
    "In the serial case the first factor is the build tax. In any other case it also holds an interaction, the factor "
    "over that of serial: what the build's GIL and locks do to several threads or processes."
)


def decomposition_part(results: Results, workload: Workload) -> Part | None:
    """Return a row per case and free-threaded arm; None where no arm has both rivals."""
    decompositions = decomposed(results, workload)
    if not decompositions:
        return None
    several = len({decomposition.net.subject.arm for decomposition in decompositions}) > 1
    rows = tuple(
        (
            words(case_label(parts.case) + (f" on {markdown(parts.net.subject.arm)}" if several else "")),
            ratio_cell(parts.tax),
            NO_NUMBER
            if parts.interaction is None
            else estimate_cell(parts.interaction, ratio_with_bounds(parts.interaction)),
            *map(ratio_cell, (parts.gain, parts.net)),
            blocks_cell(parts.net),
        )
        for parts in decompositions
    )
    return Part(
        title=Markdown("Build tax and gain"),
        kind="decomposition",
        paragraphs=(Markdown(f"{_definitions(decompositions)} {PAIRED}"),),
        table=Table(header=tuple(map(Markdown, ("", FACTORS[0], INTERACTION, *FACTORS[1:], "blocks"))), rows=rows),
        notes=build_notes(
            results.experiment, (c for parts in decompositions for c in (parts.tax, parts.gain, parts.net))
        ),
    )


def decomposed(results: Results, workload: Workload) -> list[Decomposition]:
    """Return a workload's decompositions, in the order of the plan."""
    return [parts for parts in results.decompositions if parts.case.workload == workload.name]


def _definitions(decompositions: Sequence[Decomposition]) -> str:
    trios = dict.fromkeys(
        (parts.net.baseline.arm, parts.gain.baseline.arm, parts.net.subject.arm) for parts in decompositions
    )
    return " ".join(
        f"The build with its GIL on compares {markdown(with_gil)} with {markdown(sibling)}, the gain {markdown(free)} "
        f"with {markdown(with_gil)}, and net {markdown(free)} with {markdown(sibling)}, whole span."
        for sibling, with_gil, free in trios
    )
