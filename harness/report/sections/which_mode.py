"""Which mode took the shortest time under each arm, and the orders of modes that others published."""

from collections import Counter
from collections.abc import Iterator, Sequence

from harness.records import Case, Choice, Workload
from harness.report.published_ratios import Published, literature
from harness.report.results import Results
from harness.report.sections.part import NO_NUMBER, Cell, Part, Table, case_label, words
from harness.report.sentences.first_screen import all_provisional
from harness.report.text.escape import Markdown, markdown
from harness.report.text.numbers import parenthesised
from harness.report.text.phrases import by_library, enumerated

TITLE = Markdown("Which mode took the shortest time")
BOUNDS = (("cpu", "CPU-bound"), ("io", "I/O-bound"))
PICKED = Markdown(
    "Each cell has the case with the arm's shortest mean time, then the shortest one of another mode, and "
    "time(second) / time(first): whole span, paired within blocks. The same data choose the cases and measure the "
    "ratio, so it is slightly too large. These contrasts were not declared: no verdict."
)


def which_mode_part(results: Results) -> Part | None:
    """Return the table of choices with what others published; None where there is no choice."""
    table = decision_table(results)
    if not table:
        return None
    return Part(title=TITLE, table=table, notes=(PICKED, *published_orders(results)))


def decision_table(results: Results) -> Table:
    """Return a row per workload, CPU-bound ones first, and a column per arm; no rows where there is no choice.

    The points of a series have none: their section shows where ratios cross 1.
    """
    arms = [arm.label for arm in results.experiment.arms]
    choices = {(choice.workload, choice.arm): choice for choice in results.choices}
    chosen = {choice.workload for choice in results.choices}
    mixed = not all_provisional(results)

    def cell(workload: Workload, arm: str) -> Cell:
        choice = choices.get((workload.name, arm))
        if choice is None:
            return NO_NUMBER
        return words(_text(workload, choice) + (", provisional" if choice.provisional and mixed else ""))

    rows = tuple(
        (words(label), *(cell(workload, arm) for arm in arms))
        for workload, label in _labels(results.experiment.workloads)
        if workload.name in chosen
    )
    no_choice = all(choice.next_best is None for choice in results.choices)
    return Table(header=(Markdown(""), *map(markdown, arms)), rows=() if no_choice else rows)


def published_orders(results: Results) -> tuple[Markdown, ...]:
    """Return what was published about work that was measured here too, and the shortest case of each arm here."""
    sentences = []
    for published in literature().orders:
        ours = [
            _ours(results, published, workload)
            for workload in results.experiment.workloads
            if workload.name == published.workload
        ]
        measured = [text for text in ours if text is not None]
        if measured:
            sentences.append(Markdown(f"{_theirs(published)} Here, by mean time: {'; '.join(measured)}."))
    return tuple(sentences)


def _labels(workloads: Sequence[Workload]) -> Iterator[tuple[Workload, str]]:
    whole = [workload for workload in workloads if not workload.is_point]
    counts = Counter(workload.bound for workload in whole)
    for bound, label in BOUNDS:
        for workload in whole:
            if workload.bound == bound:
                name = "" if counts[bound] == 1 else f": {markdown(workload.name)}"
                yield workload, f"{label}{name}{'' if workload.clients is None else ', by throughput alone'}"


def _text(workload: Workload, choice: Choice) -> str:
    """The order is that of the mean times; the ratio, paired within blocks, is no verdict."""
    best = _label(workload, choice.best)
    if choice.next_best is None:
        return f"{best}, only mode measured"
    ratio = "no block has both" if choice.estimate is None else parenthesised(choice.estimate)[1:-1]
    return f"{best}, then {_label(workload, choice.next_best)} ({ratio})"


def _label(workload: Workload, case: Case) -> str:
    return by_library(workload.library_in(case.mode), case_label(case))


def _theirs(published: Published) -> str:
    times = ", ".join(f"{case} {time}" for case, time in published.times)
    bound = dict(BOUNDS)[published.bound]
    return (
        f"{published.source} ({published.conditions}) ranks {published.first} first for {bound} work "
        f"({published.work}; times, without intervals: {times})."
    )


def _ours(results: Results, published: Published, workload: Workload) -> str | None:
    """Return "fib: threads 2 under 3.13t; serial under 3.12"; None where nothing was measured."""
    arms: dict[str, list[str]] = {}
    for choice in results.choices:
        if choice.workload == workload.name:
            arms.setdefault(case_label(choice.best), []).append(markdown(choice.arm))
    if not arms:
        return None
    modes = {time.side.mode for time in results.times if time.side.workload == workload.name}
    missing = "" if published.first in modes else f" ({published.first} not measured)"
    clauses = [f"{case} under {enumerated(names)}" for case, names in arms.items()]
    return f"{markdown(workload.name)}: {'; '.join(clauses)}{missing}"
