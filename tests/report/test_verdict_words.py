"""Only a verdict makes words: everything that a run shows is searched for words that no declared contrast backs."""

import tempfile
from pathlib import Path

import pytest

from harness import ROOT
from harness.report.markdown.render import report
from harness.report.programs.showcase import about
from harness.report.programs.terminal import show
from harness.report.results import Results, derive
from tests.builders import an_experiment, like_fib, settings, trials_like, write_run
from tests.report.markdown.golden import golden_results
from tests.report.verdict_words import VERDICT, violations

RUNS = sorted((ROOT / "results").glob("reference*"))
UNBACKED = (
    "fib on 3.13t, threads 2: 9.87× faster than on 3.13 [9.80, 9.90].",
    "fib on 3.13t, threads 2: equivalent to processes 2 (1.00 [0.99, 1.01]).",
    "| threads 2 on 3.13t | threads 2 on 3.13 | 9.87 [9.80, 9.90] | 9.87 [9.80, 9.90] | faster | 12 |",
    "99 verdicts: 99 faster.",
    "Threads beat processes (1.90 [1.85, 1.95]).",
    "That is worth switching.",
    "Threads are as fast as processes.",
)


@pytest.fixture(scope="module")
def golden() -> Results:
    with tempfile.TemporaryDirectory() as folder:
        return golden_results(Path(folder))


def shown(results: Results, run: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """Return all words about a run: its report, its part of docs/results.md, and what the terminal prints."""
    show(results, run, ())
    return "\n".join([report(results, set()), about(results, "run", set()), capsys.readouterr().out])


@pytest.mark.parametrize("run", RUNS, ids=lambda run: run.name)
def test_each_verdict_word_about_a_committed_run_is_that_of_a_declared_contrast(
    run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    results = derive(run)

    assert violations(shown(results, run, capsys), results) == []


def test_each_verdict_word_of_the_golden_report_is_that_of_a_declared_contrast(
    golden: Results, capsys: pytest.CaptureFixture[str]
) -> None:
    text = shown(golden, Path("run"), capsys)

    assert violations(text, golden) == []
    assert len(VERDICT.findall(text)) > len(UNBACKED), "the golden run has verdicts to search for"


@pytest.mark.parametrize("sentence", UNBACKED)
def test_a_word_without_a_verdict_is_found(golden: Results, sentence: str) -> None:
    assert violations(sentence, golden)


def test_a_verdict_of_another_contrast_backs_nothing(golden: Results) -> None:
    """Take each sentence with a verdict from the report and turn its word around."""
    lines = [line for line in report(golden, set()).splitlines() if VERDICT.search(line) and "verdicts:" not in line]
    turned = {"faster": "slower", "slower": "faster", "equivalent": "undecided", "undecided": "equivalent"}

    assert lines
    for line in lines:
        assert violations(VERDICT.sub(lambda match: turned[match[0]], line, count=1), golden)


@pytest.mark.parametrize("blocks", [3, 12])
def test_a_quick_run_and_a_short_one_have_no_such_word(
    tmp_path: Path, blocks: int, capsys: pytest.CaptureFixture[str]
) -> None:
    quick = an_experiment(settings=settings(profile="quick" if blocks > 3 else "normal"))
    run = write_run(tmp_path / "run", quick, trials_like(like_fib(), blocks))
    text = shown(derive(run), run, capsys)

    assert not VERDICT.search(text)
    assert "no verdict yet" in text
