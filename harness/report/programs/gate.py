"""Check conditions on a run's contrasts, for CI pipelines."""

import argparse
import tomllib
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path

from harness.errors import UsageError, writing
from harness.records import Estimate
from harness.report.programs.conditions import SYNTAX, parse
from harness.report.programs.judgements import GatedRun, Judgement, judge
from harness.report.sections.part import Table, markdown_lines, words
from harness.report.text.escape import Markdown, markdown, one_line

MOST_CHARACTERS = 60_000  # of a summary: a comment on GitHub takes 65 536
HOLDS, FAILS, UNDECIDED = 0, 1, 3  # undecided has its own status: a pipeline may measure longer


def main(arguments: Sequence[str]) -> int:
    """Return the exit status: 0 all hold, 1 one fails, 3 none fails but one is undecided."""
    options = _parser().parse_args(arguments)
    conditions = [parse(text) for text in _texts(options)]
    run, against = GatedRun(options.run), GatedRun(options.against) if options.against else None
    judged = [judge(condition, run, against) for condition in conditions]
    if options.summary is not None:
        with writing("The summary", "nox -s gate"):
            options.summary.write_text(summary(judged, options.run, options.against), encoding="utf-8")
    for judgement in judged:
        print(line(judgement))
    return exit_status(judged)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="nox -s gate --", description="Check conditions on a run's contrasts.")
    parser.add_argument("run", type=Path, metavar="RUN", help="the run directory")
    parser.add_argument(
        "--limit", action="append", metavar="CONDITION", help=f"{SYNTAX.replace('%', '%%')}; repeatable"
    )
    parser.add_argument("--limits", type=Path, metavar="FILE", help='a TOML file with `limits = ["CONDITION", ...]`')
    parser.add_argument("--against", type=Path, metavar="RUN", help="the baseline's run directory")
    parser.add_argument(
        "--summary", type=Path, metavar="FILE", help="write a Markdown table for a pull request as well"
    )
    return parser


def _texts(options: argparse.Namespace) -> list[str]:
    texts = [*(options.limit or []), *_listed(options.limits)]
    if not texts:
        message = f"There is no condition. Name at least one with --limit or --limits: {SYNTAX}."
        raise UsageError(message)
    return texts


def _listed(file: Path | None) -> list[str]:
    if file is None:
        return []
    try:
        limits = tomllib.loads(file.read_text(encoding="utf-8")).get("limits", [])
    except OSError as error:
        message = f"{file} cannot be read ({error.strerror}). Name a TOML file with `limits = [...]`, or use --limit."
        raise UsageError(message) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = f"{file} is not a TOML file ({error}). Fix it, or use --limit."
        raise UsageError(message) from error
    if not isinstance(limits, list) or not all(isinstance(limit, str) for limit in limits):
        message = f"`limits` in {file} must be a list of conditions: {SYNTAX}."
        raise UsageError(message)
    return limits


def exit_status(judged: Sequence[Judgement]) -> int:
    """Return the exit status of all judgements together."""
    kinds = {judgement.judged for judgement in judged}
    return FAILS if "fails" in kinds else UNDECIDED if "undecided" in kinds else HOLDS


def line(judgement: Judgement) -> str:
    """Return "holds      fib/threads/2 3.13t/3.13 >= 1.8: 1.99 [1.94, 2.03]"."""
    note = f" ({judgement.note})" if judgement.note else ""
    return f"{judgement.judged:<10} {one_line(judgement.condition.text)}: {_shown(judgement.estimate)}{note}"


def summary(judged: Sequence[Judgement], run: Path, against: Path | None) -> str:
    """Return a Markdown table that fits into a comment, failures first."""
    order = ("fails", "undecided", "holds")
    rows = [
        (judgement.judged, markdown(judgement.condition.text), _shown(judgement.estimate), markdown(judgement.note))
        for judgement in sorted(judged, key=lambda judgement: order.index(judgement.judged))
    ]
    header = ("", "condition", "measured", "")
    title, rule, *lines = markdown_lines(
        Table(tuple(map(Markdown, header)), tuple(tuple(map(words, row)) for row in rows))
    )
    baseline = f", against {markdown(against.resolve().name)}" if against else ""
    head = f"**{markdown(run.resolve().name)}**{baseline}: a condition holds only when its whole 95 % interval does."
    fitting = _fitting(lines)
    more = [f"and {len(lines) - len(fitting)} more.", ""] if len(fitting) < len(lines) else []
    return "\n".join([head, "", title, rule, *fitting, "", *more])


def _fitting(rows: Sequence[str]) -> list[str]:
    """Return the first rows, as many as a comment has room for."""
    lengths = accumulate(len(row) + 1 for row in rows)
    return [row for row, length in zip(rows, lengths, strict=True) if length <= MOST_CHARACTERS]


def _shown(estimate: Estimate) -> str:
    if estimate.interval is None:
        return f"{estimate.point:.3f} (no interval)"
    low, high = estimate.interval
    return f"{estimate.point:.3f} [{low:.3f}, {high:.3f}]"
