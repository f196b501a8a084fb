"""The contrasts of one workload: the primary ones with their verdicts, then all others, folded."""

from collections.abc import Iterable, Mapping, Sequence

from harness.records import Case, Contrast, Quantity, Workload
from harness.report.results import Results
from harness.report.sections.part import Cell, Part, Table, blocks_cell, ratio_cell, side_label, words
from harness.report.text.build_notes import build_notes
from harness.report.text.escape import Markdown
from harness.report.text.phrases import word

Spans = Mapping[Quantity, Contrast]

NO_PRIMARY = Markdown("No primary contrast could be estimated.")
HEADER = tuple(map(Markdown, ("subject", "baseline", "whole", "work", "blocks")))
PRIMARY_HEADER = (*HEADER[:4], Markdown("verdict"), HEADER[4])


def contrast_parts(results: Results, workload: Workload) -> tuple[Part, ...]:
    """Return the primary contrasts and, if there are any, the others."""
    primary, others = contrast_tables(results, workload)
    contrasts = [spans["whole"] for spans in results.of(workload).spans.values() if "whole" in spans]
    notes, more_notes = (
        build_notes(results.experiment, (c for c in contrasts if (c.primary is not None) is declared))
        for declared in (True, False)
    )
    shown = Part(title=Markdown("Contrasts"), paragraphs=() if primary else (NO_PRIMARY,), table=primary, notes=notes)
    if not others:
        return (shown,)
    title = Markdown(f"{len(others.rows)} more contrasts, with intervals only")
    return shown, Part(title=title, table=others, notes=more_notes, folded=True)


def contrast_tables(results: Results, workload: Workload) -> tuple[Table, Table]:
    """Return the contrasts of a workload as two tables: primaries with verdicts, and the others."""
    of_workload = results.of(workload)
    rows = _in_order([spans for spans in of_workload.spans.values() if "whole" in spans], of_workload.cases)
    primary = tuple(_row(spans, words(word(spans["whole"]))) for spans in rows if spans["whole"].primary)
    others = tuple(_row(spans) for spans in rows if not spans["whole"].primary)
    return Table(header=PRIMARY_HEADER, rows=primary), Table(header=HEADER, rows=others)


def _in_order(rows: Iterable[Spans], cases: Sequence[Case]) -> list[Spans]:
    """Groups of the same two arms in the order they were declared, and within a group the plan's order of cases."""
    rows = list(rows)
    pairs = dict.fromkeys((spans["whole"].subject.arm, spans["whole"].baseline.arm) for spans in rows)
    groups = {pair: number for number, pair in enumerate(pairs)}
    planned = {case: number for number, case in enumerate(cases)}

    def key(spans: Spans) -> tuple[int, int]:
        subject, baseline = spans["whole"].subject, spans["whole"].baseline
        return groups[subject.arm, baseline.arm], planned.get(subject.case, len(planned))

    return sorted(rows, key=key)


def _row(spans: Spans, *verdict: Cell) -> tuple[Cell, ...]:
    whole = spans["whole"]
    sides = (words(side_label(side)) for side in (whole.subject, whole.baseline))
    return (*sides, ratio_cell(whole), ratio_cell(spans.get("work")), *verdict, blocks_cell(whole))
