"""Ours beside what others published: ratios only, because their machines and seconds are not ours."""

from harness.records import Side
from harness.report.published_ratios import Quote, quotes
from harness.report.results import Results
from harness.report.sections.table import Part, Table, case_label
from harness.report.text.escape import markdown
from harness.report.text.numbers import ratio_with_bounds


def published_part(results: Results) -> Part | None:
    """Return a row per ratio that was published and estimated here; None where there is none."""
    ours = {(each.subject, each.baseline): each for each in results.quoted}
    found = [quote for quote in quotes(results.experiment) if (quote.pair.subject, quote.pair.baseline) in ours]
    if not found:
        return None
    rows: dict[tuple[str, ...], list[str]] = {}
    for quote in found:
        contrast = ours[quote.pair.subject, quote.pair.baseline]
        key = (_ratio(quote), f"{quote.source}: {quote.work}", ratio_with_bounds(contrast))
        rows.setdefault(key, []).append(f"{quote.theirs} ({quote.machine})")
    return Part(
        title="Beside published numbers",
        kind="",
        sentences=(_caution(results),),
        table=Table(
            header=("ratio", "published by, of", "theirs", "ours"),
            rows=tuple((ratio, of, "<br>".join(theirs), mine) for (ratio, of, mine), theirs in rows.items()),
        ),
    )


def _caution(results: Results) -> str:
    settings = results.experiment.settings
    same = (
        "fib's and the downloads' jobs are as large as the sources'"
        if settings.size == "original"
        else f"this run has size {settings.size}, so its jobs are smaller than the sources', and starting weighs more"
    )
    weak = (
        "the work grew with the workers here"
        if settings.scaling == "weak"
        else "the work is the same for all worker counts here, so these are not set beside those of a source "
        "whose work grew with them"
    )
    return (
        "Theirs have no intervals, and come from other machines and builds. Ratios are time(baseline) / time(subject), "
        f"whole span; {same}; {weak}. Processes are as many as CPUs, theirs and ours. What a source states for other "
        "programs stands beside serial CPU-bound work; downloads here come from a local server."
    )


def _ratio(quote: Quote) -> str:
    subject, baseline = quote.pair.subject, quote.pair.baseline
    name = markdown(subject.workload)
    if subject.arm == baseline.arm:
        return f"{name}: {case_label(subject)} / {case_label(baseline)} on {markdown(subject.arm)}"
    return f"{name}: {_shown(subject)} / {_shown(baseline)}"


def _shown(side: Side) -> str:
    return f"{case_label(side)} on {markdown(side.arm)}"
