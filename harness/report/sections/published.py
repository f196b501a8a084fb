"""Published ratios next to ours: ratios only, because others measured on other machines."""

from harness.report.published_ratios import Quote
from harness.report.results import Results
from harness.report.sections.part import Cell, Part, Table, case_label, ratio_cell, side_label, words
from harness.report.text.build_notes import build_notes, marked_ratio
from harness.report.text.escape import Markdown, markdown

HEADER = tuple(map(Markdown, ("ratio", "published by, of", "published", "here")))


def published_part(results: Results) -> Part | None:
    """Return a row per ratio that was published and estimated here; None where there is none."""
    ours = {(contrast.subject, contrast.baseline): contrast for contrast in results.quoted}
    rows: dict[tuple[str, ...], tuple[list[str], Cell]] = {}
    for quote in results.quotes:
        contrast = ours.get((quote.pair.subject, quote.pair.baseline))
        if contrast is not None:
            key = (_ratio(quote), f"{quote.source}: {quote.work}", marked_ratio(contrast))
            published, _ = rows.setdefault(key, ([], ratio_cell(contrast)))
            published.append(f"{quote.theirs} ({quote.machine})")
    if not rows:
        return None
    return Part(
        title=Markdown("Published numbers"),
        paragraphs=(_caution(results),),
        table=Table(
            header=HEADER,
            rows=tuple(
                (words(ratio), words(source), words("<br>".join(published)), mine)
                for (ratio, source, _), (published, mine) in rows.items()
            ),
        ),
        notes=build_notes(results.experiment, results.quoted),
    )


def _caution(results: Results) -> Markdown:
    settings = results.experiment.settings
    size = (
        "The jobs of fib and of the downloads are as large as in the sources"
        if settings.size == "original"
        else f"This run has size {settings.size}, so its jobs are smaller than in the sources, and start-up weighs more"
    )
    scaling = (
        "Here the work grew with the workers"
        if settings.scaling == "weak"
        else "Here the work is the same for all worker counts, so the table leaves out sources whose work grew"
    )
    return Markdown(
        "Published ratios come without intervals, from other machines and other builds. Ratios are time(baseline) / "
        f"time(subject), whole span. {size}. {scaling}. There are as many processes as CPUs, both in the sources and "
        "here. Costs that a source states for other programs are compared with serial CPU-bound work. Downloads here "
        "come from a local server."
    )


def _ratio(quote: Quote) -> str:
    subject, baseline = quote.pair.subject, quote.pair.baseline
    name = markdown(subject.workload)
    if subject.arm == baseline.arm:
        return f"{name}: {case_label(subject)} / {case_label(baseline)} on {markdown(subject.arm)}"
    return f"{name}: {side_label(subject)} / {side_label(baseline)}"
