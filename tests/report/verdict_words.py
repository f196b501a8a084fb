"""Find words in a report that only a verdict may use, where no declared contrast has that verdict."""

import re
from collections import Counter
from collections.abc import Iterator

from harness.records import Contrast
from harness.report.results import Results
from harness.report.sections.part import case_label
from harness.report.text.escape import markdown
from harness.report.text.numbers import bounds, plain_ratio

VERDICT = re.compile(r"\b(faster|slower|equivalent|undecided)\b", re.IGNORECASE)
NEVER = re.compile(
    r"\b(as fast|fastest|slowest|equally|pays?|paid|worth|beats?|wins?|winner|makes? up|ahead|recommends?|better|best|"
    r"no difference|not shown to|gains? on)\b",
    re.IGNORECASE,
)
COUNTS = re.compile(r"\d+ verdicts?: [^.]*\.")  # of the line that counts verdicts


def violations(text: str, results: Results) -> list[str]:
    """Return the clauses and rows with a word that no declared contrast backs; `text` is Markdown or a terminal's."""
    return [*_never(text), *_wrong_counts(text, results), *_unbacked(text, results)]


def _never(text: str) -> Iterator[str]:
    yield from (line for line in text.splitlines() if NEVER.search(line))


def _wrong_counts(text: str, results: Results) -> Iterator[str]:
    verdicts = Counter(contrast.verdict for contrast in _declared(results))
    for line in COUNTS.findall(text):
        for count, verdict in re.findall(rf"(\d+) {VERDICT.pattern}", line):
            if verdicts[verdict] != int(count):
                yield line


def _unbacked(text: str, results: Results) -> Iterator[str]:
    for line in COUNTS.sub("", text).splitlines():
        clauses = [line] if line.startswith("|") else line.split("; ")
        for clause in clauses:
            for verdict in VERDICT.findall(clause):
                if not any(_backs(contrast, verdict.lower(), clause, line) for contrast in _declared(results)):
                    yield clause


def _backs(contrast: Contrast, verdict: str, clause: str, line: str) -> bool:
    """Whether the clause has the contrast's numbers and its baseline, and the line its subject."""
    subject, baseline = contrast.subject, contrast.baseline
    names = clause.partition(": ")[2] or clause
    other = baseline.arm if subject.case == baseline.case else case_label(baseline)
    return (
        contrast.verdict == verdict
        and plain_ratio(contrast.estimate) in clause.partition(bounds(contrast.estimate))[0]
        and bounds(contrast.estimate) in clause
        and markdown(other) in names
        and case_label(subject) in line
        and markdown(subject.arm) in line
    )


def _declared(results: Results) -> list[Contrast]:
    declared = {(pair.subject, pair.baseline) for pair in results.experiment.pairs if pair.primary}
    return [
        contrast
        for contrast in results.contrasts
        if contrast.span == "whole" and (contrast.subject, contrast.baseline) in declared and not contrast.provisional
    ]
