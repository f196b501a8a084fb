"""A table of Markdown cells, and the tables about one workload."""

from collections.abc import Sequence
from dataclasses import dataclass

from harness.records import ONE_BY_ONE, Case, Contrast, Quantity, Side, Time
from harness.report.results import Results, speed_ups, whole_times
from harness.report.text.escape import markdown
from harness.report.text.numbers import bounds, plain_ratio, ratio_with_bounds, time_with_bounds, unit_for

MISSING = "–"


@dataclass(frozen=True)
class Table:
    """Rows of cells that are Markdown already; `rows` have as many cells as `header`."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def case_label(side: Side | Case) -> str:
    """Return "serial", "threads 2"."""
    return side.mode if side.mode in ONE_BY_ONE else f"{side.mode} {side.workers}"


def cases_of(results: Results, workload: str) -> list[Case]:
    """Return the planned cases of a workload, in the order of the plan."""
    return [planned.case for planned in results.experiment.cases if planned.case.workload == workload]


def times_table(results: Results, workload: str) -> tuple[str, Table]:
    """Return the unit and the table of times: rows mode × workers, columns arms, whole span."""
    times, faster = whole_times(results), speed_ups(results)
    unit, unit_seconds = unit_for(time for side, time in times.items() if side.workload == workload)
    arms = [arm.label for arm in results.experiment.arms]

    def cell(case: Case, arm: str) -> str:
        side = case.under(arm)
        return _time_cell(times.get(side), faster.get(side), unit_seconds)

    rows = ((case_label(case), *(cell(case, arm) for arm in arms)) for case in cases_of(results, workload))
    return unit, Table(header=("", *map(markdown, arms)), rows=tuple(rows))


def _time_cell(time: Time | None, speed_up: Contrast | None, unit_seconds: float) -> str:
    if time is None:
        return MISSING
    shown = time_with_bounds(time, unit_seconds)
    return f"{shown}<br>{plain_ratio(speed_up)}× {bounds(speed_up)}" if speed_up else shown


def contrast_tables(results: Results, workload: str) -> tuple[Table, Table]:
    """Return the contrasts of a workload as two tables: primaries with verdicts, and the others."""
    by_span: dict[tuple[Side, Side], dict[Quantity, Contrast]] = {}
    for contrast in results.contrasts:
        if contrast.subject.workload == workload:
            by_span.setdefault((contrast.subject, contrast.baseline), {})[contrast.span] = contrast
    rows = _in_order([spans for spans in by_span.values() if "whole" in spans], cases_of(results, workload))
    primary = tuple(_contrast_row(spans, verdict=True) for spans in rows if spans["whole"].primary)
    others = tuple(_contrast_row(spans, verdict=False) for spans in rows if not spans["whole"].primary)
    header = ("subject", "baseline", "whole", "work", "blocks")
    return Table(header=(*header[:4], "verdict", "blocks"), rows=primary), Table(header=header, rows=others)


def _in_order(rows: list[dict[Quantity, Contrast]], cases: Sequence[Case]) -> list[dict[Quantity, Contrast]]:
    """Groups of the same two arms in the order they were declared, and within a group the plan's order of cases."""
    pairs = dict.fromkeys((spans["whole"].subject.arm, spans["whole"].baseline.arm) for spans in rows)
    groups = {pair: number for number, pair in enumerate(pairs)}
    planned = {case: number for number, case in enumerate(cases)}

    def key(spans: dict[Quantity, Contrast]) -> tuple[int, int]:
        subject, baseline = spans["whole"].subject, spans["whole"].baseline
        return groups[subject.arm, baseline.arm], planned.get(subject.case, len(planned))

    return sorted(rows, key=key)


def _contrast_row(spans: dict[Quantity, Contrast], *, verdict: bool) -> tuple[str, ...]:
    whole = spans["whole"]
    said = (_verdict(whole),) if verdict else ()
    work = ratio_with_bounds(spans["work"]) if "work" in spans else MISSING
    sides = (f"{case_label(side)} on {markdown(side.arm)}" for side in (whole.subject, whole.baseline))
    return (*sides, ratio_with_bounds(whole), work, *said, blocks_cell(whole))


def blocks_cell(contrast: Contrast) -> str:
    """Return how many blocks a contrast is made from, and how many the machine disturbed."""
    if contrast.disturbed:
        return f"{contrast.blocks}, most of them disturbed"
    return f"{contrast.blocks} of {contrast.blocks + contrast.marked}" if contrast.marked else str(contrast.blocks)


def _verdict(contrast: Contrast) -> str:
    if contrast.provisional or contrast.verdict is None:
        return "none yet"
    return contrast.verdict


@dataclass(frozen=True)
class Part:
    """Text that is Markdown already; `kind` is that of its picture, `picture` its file once it is known to exist."""

    title: str
    kind: str
    sentences: tuple[str, ...]
    table: Table
    picture: str | None = None
