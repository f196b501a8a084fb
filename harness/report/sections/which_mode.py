"""Which mode to choose, by the choices of the analysis alone, and whether published orders of modes agree."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Literal

from harness.records import Choice, Estimate, Workload
from harness.report.published_ratios import Published, literature
from harness.report.results import Results
from harness.report.sections.part import NO_NUMBER, Cell, Part, Table, case_label, words
from harness.report.sentences.first_screen import all_provisional
from harness.report.text import phrases
from harness.report.text.escape import Markdown, markdown
from harness.report.text.numbers import bounds, parenthesised, plain_ratio

Agreement = Literal["agrees", "differs", "open", "silent"]

BOUNDS = (("cpu", "CPU-bound"), ("io", "I/O-bound"))
PICKED = Markdown(
    "Each cell has the arm's fastest case and compares it with the fastest case of another mode: whole span, paired "
    "within blocks. The winner is chosen with the same data that measures its lead, so the lead is slightly optimistic."
)


def which_mode_part(results: Results) -> Part | None:
    """Return the table of choices with what others published; None where there is no choice."""
    table = decision_table(results)
    if not table:
        return None
    return Part(title=Markdown("Which mode to choose"), table=table, notes=(PICKED, *published_orders(results)))


def decision_table(results: Results) -> Table:
    """Return a row per workload, CPU-bound ones first, and a column per arm; no rows where there is no choice.

    The points of a series have none: their section shows where modes change places.
    """
    arms = [arm.label for arm in results.experiment.arms]
    choices = {(choice.workload, choice.arm): choice for choice in results.choices}
    chosen = {choice.workload for choice in results.choices}
    mixed = not all_provisional(results)

    def cell(workload: Workload, arm: str) -> Cell:
        choice = choices.get((workload.name, arm))
        if choice is None:
            return NO_NUMBER
        return words(_text(choice) + (", provisional" if choice.provisional and mixed else ""))

    rows = tuple(
        (words(label), *(cell(workload, arm) for arm in arms))
        for workload, label in _labels(results.experiment.workloads)
        if workload.name in chosen
    )
    no_choice = all(choice.next_best is None for choice in results.choices)
    return Table(header=(Markdown(""), *map(markdown, arms)), rows=() if no_choice else rows)


def published_orders(results: Results) -> tuple[Markdown, ...]:
    """Return what was published about work that was measured here too, and whether ours agrees, arm by arm."""
    sentences = []
    for published in literature().orders:
        ours = [
            _ours(results, published, workload)
            for workload in results.experiment.workloads
            if workload.name == published.workload
        ]
        measured = [text for text in ours if text is not None]
        if measured:
            sentences.append(Markdown(f"{_theirs(published)} Here, {'; '.join(measured)}."))
    return tuple(sentences)


def _labels(workloads: Sequence[Workload]) -> Iterator[tuple[Workload, str]]:
    whole = [workload for workload in workloads if not workload.is_point]
    counts = Counter(workload.bound for workload in whole)
    for bound, label in BOUNDS:
        for workload in whole:
            if workload.bound == bound:
                name = "" if counts[bound] == 1 else f": {markdown(workload.name)}"
                yield workload, f"{label}{name}{'' if workload.clients is None else ', by throughput alone'}"


def _text(choice: Choice) -> str:
    best = case_label(choice.best)
    if choice.next_best is None:
        return f"{best}, only mode measured"
    other, ratio = case_label(choice.next_best), choice.estimate
    if ratio is None:
        return f"{best} or {other}: no block has both"
    if choice.differs:
        return f"{best}, {plain_ratio(ratio)}× the next best, {other} {bounds(ratio)}"
    return f"{_undecided(ratio)}: {best} or {other} {parenthesised(ratio)}"


def _undecided(ratio: Estimate) -> str:
    """The mode that is ahead by its times may, in few blocks, still be behind in those that both sides share."""
    match phrases.direction(ratio):
        case "unknown":
            return "not judged"
        case "slower":
            return "times and pairs disagree"
        case _:
            return "no difference shown"


def _theirs(published: Published) -> str:
    times = ", ".join(f"{case} {time}" for case, time in published.times)
    bound = dict(BOUNDS)[published.bound]
    return (
        f"{published.source} ({published.conditions}) ranks {published.first} first for {bound} work "
        f"({published.work}; times, without intervals: {times})."
    )


def _ours(results: Results, published: Published, workload: Workload) -> str | None:
    """Return "fib agrees under 3.12 and differs under 3.13t (threads 2 first)"; None where nothing was chosen."""
    arms: dict[Agreement, list[str]] = {}
    for choice in results.choices:
        if choice.workload == workload.name:
            agreement, note = _agreement(results, published, choice)
            arms.setdefault(agreement, []).append(f"{markdown(choice.arm)}{f' ({note})' if note else ''}")
    clauses = [f"{phrase} under {phrases.enumerated(arms[kind])}" for kind, phrase in _AGREEMENTS if kind in arms]
    return f"{markdown(workload.name)} {phrases.enumerated(clauses)}" if clauses else None


_AGREEMENTS: tuple[tuple[Agreement, str], ...] = (
    ("agrees", "agrees"),
    ("differs", "differs"),
    ("open", "is undecided"),
    ("silent", "cannot be compared"),
)


def _agreement(results: Results, published: Published, choice: Choice) -> tuple[Agreement, str]:
    modes = {
        time.side.mode for time in results.times if (time.side.workload, time.side.arm) == (choice.workload, choice.arm)
    }
    if published.first not in modes:
        return "silent", f"{published.first} not measured"
    if choice.next_best is None:
        return "silent", f"only {choice.best.mode} measured"
    if not choice.differs:
        return "open", f"{case_label(choice.best)} or {case_label(choice.next_best)}"
    return ("agrees", "") if choice.best.mode == published.first else ("differs", f"{case_label(choice.best)} first")
