"""The committed runs: made again from their journals, they give the numbers that were published."""

import re
from collections import Counter
from pathlib import Path

import pytest

from harness import ROOT
from harness.report.exports.contrasts_file import read_contrasts, read_findings
from harness.report.markdown.render import report
from harness.report.results import derive

RUNS = sorted((ROOT / "results").glob("reference*"))
PICTURE = re.compile(r"!\[[^]]*\]\(([^)]+)\)")
NUMBER = re.compile(r"\d+(?:\.\d+)?")


def tables(text: str) -> Counter[tuple[str, ...]]:
    """The numbers of each table of a report, row by row; headings and words may change, numbers may not."""
    found: Counter[tuple[str, ...]] = Counter()
    rows: list[str] = []
    for line in [*text.splitlines(), ""]:
        if line.startswith("|"):
            rows.append(line)
        elif rows:
            found[tuple(NUMBER.findall(" ".join(rows[2:])))] += 1
            rows = []
    return found


@pytest.mark.parametrize("run", RUNS, ids=lambda run: run.name)
def test_a_committed_run_gives_its_published_numbers_again(run: Path) -> None:
    results = derive(run)
    published = (run / "report.md").read_text(encoding="utf-8")

    contrasts, findings = read_contrasts(run), read_findings(run) or []
    assert [(c.subject, c.baseline, c.span, c.verdict) for c in results.contrasts] == [
        (c.subject, c.baseline, c.span, c.verdict) for c in contrasts
    ]
    for again, before in zip(results.contrasts, contrasts, strict=True):
        assert [again.estimate.point, again.estimate.low, again.estimate.high] == pytest.approx(
            [before.estimate.point, before.estimate.low, before.estimate.high], rel=1e-12
        )
        assert again.estimate.blocks == before.estimate.blocks
    assert [(f.severity, f.check, f.sides) for f in results.findings] == [
        (f.severity, f.check, f.sides) for f in findings
    ]
    assert tables(report(results, set(PICTURE.findall(published)))) == tables(published)


def test_there_are_committed_runs() -> None:
    assert len(RUNS) >= 1
