"""Build tax × gain without the GIL = net: a table for each workload."""

from harness.analysis.results.decomposition import Decomposition
from harness.records import Workload
from harness.report.results import Results
from harness.report.sections.table import Part, Table, blocks_cell, case_label
from harness.report.text.escape import markdown
from harness.report.text.numbers import ratio_with_bounds

FACTORS = ("build tax", "gain without the GIL", "net")


def decomposition_part(results: Results, workload: Workload) -> Part | None:
    """Return a row per case and free-threaded arm; None where no arm has both rivals."""
    found = decomposed(results, workload)
    if not found:
        return None
    several = len({each.net.subject.arm for each in found}) > 1
    rows = tuple(
        (
            case_label(each.case) + (f" on {markdown(each.net.subject.arm)}" if several else ""),
            *(ratio_with_bounds(factor) for factor in (each.tax, each.gain, each.net)),
            blocks_cell(each.net),
        )
        for each in found
    )
    said = "All three are from the blocks that have all three arms, so tax × gain is net, to rounding; whole span."
    return Part(
        title="What removing the GIL is made of",
        kind="decomposition",
        sentences=(f"{_meaning(found)} {said}",),
        table=Table(header=("", *FACTORS, "blocks"), rows=rows),
    )


def decomposed(results: Results, workload: Workload) -> list[Decomposition]:
    """Return a workload's decompositions, in the order of the plan."""
    return [each for each in results.decompositions if each.case.workload == workload.name]


def _meaning(found: list[Decomposition]) -> str:
    trios = dict.fromkeys((each.net.baseline.arm, each.gain.baseline.arm, each.net.subject.arm) for each in found)
    return " ".join(
        f"Build tax is {markdown(with_gil)} against {markdown(sibling)}, gain {markdown(free)} against "
        f"{markdown(with_gil)}, net {markdown(free)} against {markdown(sibling)}."
        for sibling, with_gil, free in trios
    )
