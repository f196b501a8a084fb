"""From where on the ratios of threads without the GIL are above 1: a sentence per workload, a section per series."""

from collections.abc import Sequence
from pathlib import PurePath

from harness.analysis.results.break_even import BreakEven, Crossing, Curve
from harness.records import Workload
from harness.report.results import Results
from harness.report.sections.part import MISSING, Part, Picture, Table, count_cell, ratio_cell
from harness.report.text.build_notes import build_notes, dagger
from harness.report.text.escape import Markdown, markdown
from harness.report.text.numbers import counted, parenthesised
from harness.report.text.phrases import enumerated


def break_even_part(results: Results, workload: Workload) -> Part | None:
    """Return a sentence per free-threaded arm; None where it has no sibling to compare with."""
    break_evens = [break_even for break_even in results.break_evens if break_even.workload == workload.name]
    sentences = [
        f"Threads on {markdown(arm)}: {'; '.join(_above(found) for found in break_evens if found.arm == arm)}."
        for arm in dict.fromkeys(break_even.arm for break_even in break_evens)
    ]
    if not sentences:
        return None
    if results.experiment.settings.scaling == "weak":
        sentences.append("The work grew with the workers, so ratios to serial compare work per second.")
    if any(break_even.against == "processes" for break_even in break_evens):
        sentences.append(_chunks([workload]))
    shown = (contrast for break_even in break_evens for contrast in break_even.contrasts)
    notes = build_notes(results.experiment, shown)
    return Part(title=Markdown("Break-even"), paragraphs=tuple(map(Markdown, sentences)), notes=notes)


def _above(break_even: BreakEven) -> str:
    """An interval counts that is above 1 there and at every larger count; it is no verdict."""
    last = break_even.contrasts[-1]
    as_many = "as many " if break_even.against == "processes" else ""
    rival = f"{as_many}{break_even.against} on {markdown(break_even.sibling)}"
    if break_even.workers is None:
        most = f"{counted(last.subject.workers, 'worker')}, the most measured,"
        shown = f"{parenthesised(last.estimate)}{dagger(last)}"
        return f"against {rival}, the interval of the ratio is not above 1 up to {most} {shown}"
    first = next(contrast for contrast in break_even.contrasts if contrast.subject.workers == break_even.workers)
    above = f"the interval of the ratio is above 1 from {counted(break_even.workers, 'worker')} on"
    return f"against {rival}, {above} {parenthesised(first.estimate)}{dagger(first)}"


def series_files(results: Results) -> list[str]:
    """Return the files that are series and have a curve."""
    return list(dict.fromkeys(curve.file for curve in results.curves))


def series_part(results: Results, file: str, picture: str | None) -> Part:
    """Return the section about a series: each curve's crossing, and its ratios at all points."""
    curves = [curve for curve in results.curves if curve.file == file]
    series = markdown(curves[0].series)
    places = sorted({place for curve in curves for place, _ in curve.points})
    by_place = [dict(curve.points) for curve in curves]
    rows = tuple((count_cell(place), *(ratio_cell(points.get(place)) for points in by_place)) for place in places)
    workers = counted(curves[0].points[0][1].subject.workers, "worker")
    about = Markdown(
        f"Above 1, the first takes less time, which is no verdict; threads and processes have {workers}; whole span. A "
        "crossing is where a curve reaches 1, interpolated between points on log axes. Its interval is the range in "
        "which the curve's 95 % band contains 1; it is open (–) where the band still contains 1 at the range's end."
    )
    points = [workload for workload in results.experiment.workloads if workload.file == file]
    title = Markdown(f"{markdown(PurePath(file).stem)}: threads and processes over {series}")
    return Part(
        title=title,
        paragraphs=(about, Markdown(_chunks(points))),
        bullets=crossings(results, file),
        table=Table(header=(series, *(_pair(curve) for curve in curves)), rows=rows),
        picture=Picture(picture, title) if picture else None,
        notes=build_notes(results.experiment, (contrast for curve in curves for _, contrast in curve.points)),
    )


def _chunks(workloads: Sequence[Workload]) -> str:
    """Say for which chunk size the ratios are: what a process is sent at once decides what handing out jobs costs."""
    sizes = sorted({workload.chunk_size for workload in workloads})
    listed = enumerated([f"{size:,}" for size in sizes])
    if len(sizes) > 1:
        return f"Pool processes are sent {listed} jobs at a time, at each point as many as its `CHUNK_SIZE` says."
    return (
        f"Pool processes are sent {counted(sizes[0], 'job')} at a time (`executor.map(..., chunksize={listed})`); the "
        "workload `grain_chunks` has other chunk sizes."
    )


def _pair(curve: Curve) -> Markdown:
    return Markdown(f"{markdown(curve.subject)} / {markdown(curve.baseline)}")


def crossings(results: Results, file: str) -> tuple[Markdown, ...]:
    """Return a sentence per curve of a series: where it crosses 1, if it does."""
    return tuple(Markdown(_crosses(curve)) for curve in results.curves if curve.file == file)


def _crosses(curve: Curve) -> str:
    pair = f"{markdown(curve.subject)} against {markdown(curve.baseline)}{dagger(curve.points[-1][1])}"
    if curve.crossings:
        series = markdown(curve.series)
        return f"{pair}: {enumerated([_crossing(crossing, series) for crossing in curve.crossings])}."
    undecided = sum(not contrast.estimate.excludes_one for _, contrast in curve.points)
    side = "above" if curve.points[-1][1].estimate.point > 1 else "below"
    points = f"{undecided} of {counted(len(curve.points), 'point')}"
    return f"{pair}: {side} 1 in the whole range{f', but {points} have 1 in the interval' if undecided else ''}."


def _crossing(crossing: Crossing, series: str) -> str:
    low, high = (MISSING if end is None else _three_digits(end) for end in (crossing.low, crossing.high))
    direction = "above 1 from" if crossing.rising else "below 1 from"
    return f"{direction} {_three_digits(crossing.at)} {series} on [{low}, {high}]"


def _three_digits(place: float) -> str:
    rounded = float(f"{place:.3g}")
    return f"{rounded:,.0f}" if rounded >= 100 else f"{rounded:g}"  # noqa: PLR2004 - three digits
