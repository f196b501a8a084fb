"""Peak memory per case and arm, and the ratio of times that goes with it."""

from collections.abc import Iterator

from harness.analysis.arm_roles import free_threaded_arms, rivals
from harness.analysis.results.build_mismatches import differing_arms
from harness.analysis.results.memory import peak, ratio
from harness.records import Arm, Side, Workload
from harness.report.published_ratios import literature
from harness.report.results import Results
from harness.report.sections.part import NO_NUMBER, Cell, Part, Table, by_arm, case_label
from harness.report.text.build_notes import DAGGER, dagger, marked_ratio
from harness.report.text.escape import Markdown, markdown
from harness.report.text.numbers import with_bounds

MEBIBYTE = 2.0**20
READING = Markdown(
    "Peak in MiB; below it, with ×, how many times serial's peak under the same arm, paired within memory blocks. A "
    "peak is the sum of the proportional set sizes of the worker and all its descendants, as if they were alone on the "
    "machine: pages of files that others share count once and in full. It includes the interpreter and the harness, "
    "but not pyperf. It was sampled about every 5 ms from another process, in separate trials whose times are not "
    "used. Sampling can miss shorter peaks. The processes of one sum are read one after the other, so a short peak can "
    "also come out too large."
)


def memory_part(results: Results, workload: Workload) -> Part | None:
    """Return the peaks; None where no memory was measured."""
    table = memory_table(results, workload)
    return Part(title=Markdown("Memory"), paragraphs=(READING,), table=table) if table else None


def memory_table(results: Results, workload: Workload) -> Table:
    """Return the peaks in MiB, and below them how many times serial's they are; no rows where none was measured."""
    of_workload = results.of(workload)
    serial = of_workload.serial
    measured = any(side.workload == workload.name for side in results.peaks)

    def cell(side: Side) -> Cell:
        size = peak(results.peaks, side)
        if size is None:
            return NO_NUMBER
        text = with_bounds(size, MEBIBYTE)
        over = _compared(results, side, serial.under(side.arm)) if serial and side.case != serial else None
        return Cell(Markdown(f"{text}<br>{over}×" if over else text), size.point)

    return by_arm(of_workload.cases if measured else (), [arm.label for arm in results.experiment.arms], cell)


def memory_sentences(results: Results, workload: Workload) -> tuple[Markdown, ...]:
    """Return the peaks of threads and of serial on each free-threaded arm, against a GIL; none if not measured."""
    arms = free_threaded_arms(results.experiment)
    sentences = (text for arm in arms for text in (*_bought(results, workload, arm), *_cost(results, workload, arm)))
    return tuple(map(Markdown, sentences))


def _compared(results: Results, subject: Side, baseline: Side) -> str | None:
    estimate = ratio(results.peaks, subject, baseline)
    return None if estimate is None else with_bounds(estimate)


def _bought(results: Results, workload: Workload, arm: Arm) -> Iterator[str]:
    """Threads against as many processes, of the build with a GIL where there is one: speed and memory together."""
    of_workload, other = results.of(workload), rivals(results.experiment, arm).sibling or arm
    case = of_workload.main
    if case is None or case.mode != "threads":
        return
    processes = of_workload.case_of("processes", case.workers)
    if processes is None:
        return
    speed = of_workload.contrast((case, arm), (processes, other))
    memory = _compared(results, case.under(arm.label), processes.under(other.label))
    if speed is not None and memory is not None:
        yield (
            f"The peak memory of {markdown(workload.name)} with {case_label(case)} on {markdown(arm.label)} is "
            f"{memory}{dagger(speed)} times that with {case_label(processes)} on {markdown(other.label)}; the ratio of "
            f"their times is {marked_ratio(speed)}."
        )


def _cost(results: Results, workload: Workload, arm: Arm) -> Iterator[str]:
    serial, sibling = results.of(workload).serial, rivals(results.experiment, arm).sibling
    if serial is None or sibling is None:
        return
    memory = _compared(results, serial.under(arm.label), serial.under(sibling.label))
    if memory is not None:
        arms = arm.label, sibling.label
        mark = DAGGER if differing_arms(results.experiment, [arms]) else ""
        yield (
            f"The peak memory of serial {markdown(workload.name)} on {markdown(arm.label)} is {memory}{mark} times "
            f"that on {markdown(sibling.label)}{_published()}."
        )


def _published() -> str:
    return "".join(
        f" ({cost.source} reports {100 * cost.more[0]:.0f} to {100 * cost.more[1]:.0f} % more for {cost.free_threaded})"
        for cost in literature().stated
        if cost.quantity == "memory"
    )
