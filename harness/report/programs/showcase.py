"""Write the reference run into docs/results.md, between the page's two marks."""

from collections.abc import Collection, Iterable
from pathlib import Path

from harness.errors import UsageError, writing
from harness.records import Workload
from harness.report.results import Results, derive
from harness.report.sections.part import Table, markdown_lines
from harness.report.sections.times import times_table
from harness.report.sections.which_mode import PICKED, TITLE, decision_table
from harness.report.sentences.first_screen import arms_line, conclusions, provisional_line, title
from harness.report.sentences.footnotes import footnotes
from harness.report.sentences.trust import all_clear, doubts
from harness.report.text.escape import markdown
from harness.report.text.file_names import picture_names
from harness.runs import REPORT

SHOWCASE = Path("docs/results.md")  # a path below the project's folder, like the run's
REFERENCE = Path("results/reference")
BEGIN = "<!-- made from results/reference by: nox -s report -- --readme -->"
END = "<!-- end -->"


def write_showcase(root: Path = Path()) -> None:
    """Put the reference run below `root` into its docs/results.md; UsageError when either, or a mark, is missing."""
    page = root / SHOWCASE
    text = between_marks(_read(page), reference(root))
    with writing("The page of results", "nox -s report -- --readme"):
        page.write_text(text, encoding="utf-8")


def reference_run(root: Path = Path()) -> Path:
    """Return the reference run's folder below `root`; UsageError when there is none."""
    run = root / REFERENCE
    if not run.is_dir():
        message = f"There is no reference run: {run} is missing. Make one with `nox -s bench` and rename its folder."
        raise UsageError(message)
    return run


def reference(root: Path = Path()) -> str:
    """Return the part of docs/results.md about the reference run below `root`; UsageError when there is no run."""
    run = reference_run(root)
    results = derive(run)
    pictures = {name for name in picture_names(results.experiment).values() if (run / name).is_file()}
    return about(results, f"../{REFERENCE.as_posix()}", pictures)


def between_marks(text: str, part: str) -> str:
    """Return the page's text with `part` between the two marks; UsageError unless the page has each mark once."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end or BEGIN in rest:
        message = f"{SHOWCASE} has no place for the reference run. Put these two lines into it, once: {BEGIN} and {END}"
        raise UsageError(message)
    return f"{before}{BEGIN}\n\n{part}\n{END}{after}"


def about(results: Results, run: str, pictures: Collection[str]) -> str:
    """Return the run as GitHub's Markdown: a description, the shortest times, doubts, then each workload."""
    experiment = results.experiment
    provisional = provisional_line(results)
    legend = "A ratio is time(baseline) / time(subject); brackets are 95 % intervals."
    opening = [
        f"Measured: {title(experiment)}. {arms_line(experiment)}",
        *([f"**{provisional}**"] if provisional else []),
        f"{legend} The [whole report]({run}/{REPORT}) has all other numbers and explains how they were measured.",
    ]
    decision = decision_table(results)
    choice = [f"{TITLE}:\n\n{_table(decision)}\n\n{PICKED}"] if decision else []
    sentences = doubts(results)
    caution = f"What not to believe:\n\n{_list(sentences)}" if sentences else all_clear(results)
    files = picture_names(experiment)
    workloads = [
        _workload(results, workload, f"{run}/{files[workload.name]}" if files[workload.name] in pictures else None)
        for workload in experiment.workloads
    ]
    return "\n\n".join([*opening, *choice, caution, *workloads, *footnotes(experiment, workloads)]) + "\n"


def _workload(results: Results, workload: Workload, picture: str | None) -> str:
    name, (unit, times) = markdown(workload.name), times_table(results, workload)
    caption = f"{name}: time in {unit}, start and stop included; below it, with ×, the speed-up over serial:"
    pictures = [f"![{name}: times and speed-ups by mode, workers and arm]({picture})"] if picture else []
    sentences = conclusions(results.of(workload))
    return "\n\n".join([f"**{name}**", _list(sentences), *pictures, caption, _table(times)])


def _list(sentences: Iterable[str]) -> str:
    return "\n".join(f"- {sentence}" for sentence in sentences)


def _table(table: Table) -> str:
    return "\n".join(markdown_lines(table))


def _read(page: Path) -> str:
    try:
        return page.read_text(encoding="utf-8")
    except OSError as error:
        message = f"{page} cannot be read ({error.strerror}). Run this in the project's own folder."
        raise UsageError(message) from error
