"""From where threads without the GIL win: a sentence for each workload, a section for each series."""

from pathlib import PurePath

from harness.analysis.results.break_even import BreakEven, Crossing, Curve
from harness.analysis.statistics.signed_rank import excludes_one
from harness.records import Workload
from harness.report.results import Results
from harness.report.sections.table import MISSING, Part, Table
from harness.report.text.escape import markdown
from harness.report.text.numbers import counted, parenthesised, ratio_with_bounds
from harness.report.text.phrases import enumerated


def break_even_part(results: Results, workload: Workload) -> Part | None:
    """Return a sentence per free-threaded arm; None where it has no sibling to beat."""
    found = [each for each in results.break_evens if each.workload == workload.name]
    sentences = tuple(
        f"Threads on {markdown(arm)} {enumerated([_beats(each) for each in found if each.arm == arm])}."
        for arm in dict.fromkeys(each.arm for each in found)
    )
    if not sentences:
        return None
    if results.experiment.settings.scaling == "weak":
        sentences += ("The work grew with the workers, so ratios to serial are of work per second.",)
    return Part(title="Break-even", kind="break-even", sentences=sentences, table=Table(header=(), rows=()))


def _beats(found: BreakEven) -> str:
    """Only an interval that is above 1 wins, there and at every larger count."""
    last = found.contrasts[-1]
    rival = f"{found.against} on {markdown(found.sibling)}"
    equal = ", at equal workers," if found.against == "processes" else ""
    if found.workers is None:
        at = f"at {counted(last.subject.workers, 'worker')}, the most that was measured"
        return f"are not shown to beat {rival}{equal} {at} {parenthesised(last)}"
    first = next(each for each in found.contrasts if each.subject.workers == found.workers)
    return f"beat {rival}{equal} from {counted(found.workers, 'worker')} on {parenthesised(first)}"


def series_files(results: Results) -> list[str]:
    """Return the files that are series and have a curve."""
    return list(dict.fromkeys(curve.file for curve in results.curves))


def series_part(results: Results, file: str, picture: str | None) -> Part:
    """Return the section about a series: each curve's crossing, and its ratios at all points."""
    found = [curve for curve in results.curves if curve.file == file]
    series = markdown(found[0].series)
    places = sorted({place for curve in found for place, _ in curve.points})
    by_place = [{place: ratio_with_bounds(contrast) for place, contrast in curve.points} for curve in found]
    rows = tuple((f"{place:,}", *(cells.get(place, MISSING) for cells in by_place)) for place in places)
    workers = counted(found[0].points[0][1].subject.workers, "worker")
    about = (
        f"Ratios above 1 mean that the first is faster; {workers} in threads and processes, whole span. A crossing of "
        "1 is interpolated between points, on log axes; its interval reaches from where the band begins to hold 1 to "
        "where it ends, and is open where the band leaves the range."
    )
    return Part(
        title=f"{markdown(PurePath(file).stem)}: threads and processes over {series}",
        kind="",
        sentences=(about, "\n".join(f"- {sentence}" for sentence in crossings(results, file))),
        table=Table(header=(series, *(f"{markdown(c.subject)} / {markdown(c.baseline)}" for c in found)), rows=rows),
        picture=picture,
    )


def crossings(results: Results, file: str) -> tuple[str, ...]:
    """Return a sentence per curve of a series: where it crosses 1, if it does."""
    return tuple(_crosses(curve) for curve in results.curves if curve.file == file)


def _crosses(curve: Curve) -> str:
    who = f"{markdown(curve.subject)} against {markdown(curve.baseline)}"
    if not curve.crossings:
        open_points = sum(not excludes_one(contrast.low, contrast.high) for _, contrast in curve.points)
        side = "above" if curve.points[-1][1].ratio > 1 else "below"
        of = f"{open_points} of {counted(len(curve.points), 'point')}"
        return f"{who}: no crossing in range, {side} 1{f', with 1 in the interval at {of}' if open_points else ''}."
    return f"{who}: {enumerated([_crossing(each, markdown(curve.series)) for each in curve.crossings])}."


def _crossing(found: Crossing, series: str) -> str:
    low, high = (MISSING if end is None else _three_digits(end) for end in (found.low, found.high))
    direction = "faster from" if found.rising else "slower from"
    return f"{direction} {_three_digits(found.at)} {series} on [{low}, {high}]"


def _three_digits(place: float) -> str:
    rounded = float(f"{place:.3g}")
    return f"{rounded:,.0f}" if rounded >= 100 else f"{rounded:g}"  # noqa: PLR2004 - three digits
