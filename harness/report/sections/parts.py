"""What a workload's section says beyond times and contrasts, in one tuple."""

from collections.abc import Callable, Collection
from dataclasses import replace

from harness.records import Workload
from harness.report.results import Results
from harness.report.sections.break_even import break_even_part
from harness.report.sections.decomposition import decomposition_part
from harness.report.sections.latency import latency_contrasts_part, latency_part
from harness.report.sections.scaling import scaling_part
from harness.report.sections.table import Part
from harness.report.text.file_names import picture_names

# A function returns None where there is nothing to say.
PARTS: tuple[Callable[[Results, Workload], Part | None], ...] = (
    latency_part,
    latency_contrasts_part,
    decomposition_part,
    scaling_part,
    break_even_part,
)


def parts_of(results: Results, workload: Workload, pictures: Collection[str]) -> tuple[Part, ...]:
    """Return the parts of a workload's section; `pictures` are the file names of those that exist."""
    found = []
    for make in PARTS:
        part = make(results, workload)
        if part is not None:
            file = picture_names(results.experiment, part.kind)[workload.name]
            found.append(replace(part, picture=file) if file in pictures else part)
    return tuple(found)
