"""Which mode to choose, from the choices of the analysis alone, and beside it what others found."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Literal

from harness.records import Choice, Contrast, Workload
from harness.report.published_ratios import Published, literature
from harness.report.results import Results
from harness.report.sections.summary import all_provisional
from harness.report.sections.table import MISSING, Table, case_label
from harness.report.text import phrases
from harness.report.text.numbers import bounds, parenthesised, plain_ratio

Shown = Callable[[str], str]
Agreement = Literal["agrees", "differs", "open", "silent"]

BOUNDS = (("cpu", "CPU-bound"), ("io", "I/O-bound"))
PICKED = (
    "Each cell has the arm's fastest case and how it compares with the fastest one of another mode: whole span, paired "
    "within blocks. The same trials pick the cases and compare them, so the best is flattered a little."
)


def decision_table(results: Results, shown: Shown) -> Table:
    """Return a row per workload, CPU-bound ones first, and a column per arm; no rows where there is no choice.

    The points of a series have none: where modes change places among them is what their section is about.
    """
    arms = [arm.label for arm in results.experiment.arms]
    if all(choice.next_best is None for choice in results.choices):
        return Table(header=("", *map(shown, arms)), rows=())
    found = {(choice.workload, choice.arm): choice for choice in results.choices}
    certain = not all_provisional(results)

    def cell(workload: Workload, arm: str) -> str:
        choice = found.get((workload.name, arm))
        return (
            MISSING if choice is None else _cell(choice) + (", provisional" if choice.provisional and certain else "")
        )

    rows = [
        (label, *(cell(workload, arm) for arm in arms))
        for workload, label in _labels(results.experiment.workloads, shown)
        if any(workload.name == choice.workload for choice in results.choices)
    ]
    return Table(header=("", *map(shown, arms)), rows=tuple(rows))


def beside_literature(results: Results, shown: Shown) -> tuple[str, ...]:
    """Return what was published about work that was measured here too, and whether ours agrees, arm by arm."""
    said = []
    for published in literature().orders:
        ours = [
            _ours(results, published, workload, shown)
            for workload in results.experiment.workloads
            if workload.name == published.workload
        ]
        here = [text for text in ours if text is not None]
        if here:
            said.append(f"{_theirs(published)} Here, {'; '.join(here)}.")
    return tuple(said)


def as_contrast(choice: Choice) -> Contrast | None:
    """Return a choice as the contrast of its two cases; None where they have no block in common."""
    if choice.next_best is None or choice.ratio is None:
        return None
    return Contrast(
        subject=choice.best.under(choice.arm),
        baseline=choice.next_best.under(choice.arm),
        span="whole",
        ratio=choice.ratio,
        low=choice.low,
        high=choice.high,
        blocks=choice.blocks,
        primary=False,
        provisional=choice.provisional,
        target_reached=False,
        verdict=None,
    )


def _labels(workloads: Sequence[Workload], shown: Shown) -> list[tuple[Workload, str]]:
    whole = [workload for workload in workloads if not workload.is_point]
    counts = Counter(workload.bound for workload in whole)
    return [
        (workload, (label if counts[workload.bound] == 1 else f"{label}: {shown(workload.name)}") + _only(workload))
        for bound, label in BOUNDS
        for workload in whole
        if workload.bound == bound
    ]


def _only(workload: Workload) -> str:
    return "" if workload.clients is None else ", by throughput alone"


def _cell(choice: Choice) -> str:
    best = case_label(choice.best)
    if choice.next_best is None:
        return f"{best}, only mode measured"
    other, contrast = case_label(choice.next_best), as_contrast(choice)
    if contrast is None:
        return f"{best} or {other}: no block has both"
    if choice.differs:
        return f"{best}, {plain_ratio(contrast)}× the next best, {other} {bounds(contrast)}"
    return f"{_undecided(contrast)}: {best} or {other} {parenthesised(contrast)}"


def _undecided(contrast: Contrast) -> str:
    """The mode that is ahead by its times may, in few blocks, still be behind in those that both sides share."""
    match phrases.manner(contrast):
        case "unknown":
            return "not judged"
        case "slower":
            return "times and pairs disagree"
        case _:
            return "no difference shown"


def _theirs(published: Published) -> str:
    times = ", ".join(f"{what} {time}" for what, time in published.times)
    bound = dict(BOUNDS)[published.bound]
    return (
        f"{published.source} ({published.conditions}) found {published.first} first for {bound} work "
        f"({published.work}, published without intervals: {times})."
    )


def _ours(results: Results, published: Published, workload: Workload, shown: Shown) -> str | None:
    """Return "fib agrees under 3.12 and differs under 3.13t (threads 2 first)"; None where nothing was chosen."""
    parts: dict[Agreement, list[str]] = {}
    for choice in results.choices:
        if choice.workload == workload.name:
            agreement, note = _agreement(results, published, choice)
            parts.setdefault(agreement, []).append(f"{shown(choice.arm)}{f' ({note})' if note else ''}")
    said = [f"{phrase} under {phrases.enumerated(parts[kind])}" for kind, phrase in _AGREEMENTS if kind in parts]
    return f"{shown(workload.name)} {phrases.enumerated(said)}" if said else None


_AGREEMENTS: tuple[tuple[Agreement, str], ...] = (
    ("agrees", "agrees"),
    ("differs", "differs"),
    ("open", "leaves it open"),
    ("silent", "has nothing to compare with that"),
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
