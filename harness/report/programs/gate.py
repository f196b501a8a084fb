"""`python -m harness.report.programs.gate RUN`: check conditions on a run's contrasts, for CI pipelines."""

import argparse
import sys
import tomllib
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path

from harness.errors import UsageError
from harness.report.programs.conditions import SYNTAX, Judgement, Seen, judge, parse
from harness.report.text.escape import markdown, one_line

# What none of them says is different from what one of them denies: a pipeline may wait, or measure longer.
MOST_CHARACTERS = 60_000  # of a summary: a comment on GitHub takes 65 536
HOLDS, FAILS, WRONG, UNDECIDED = 0, 1, 2, 3


def main(arguments: Sequence[str]) -> int:
    """Return the exit status: 0 all hold, 1 one fails, 2 for what the user can mend, 3 none fails, but one is open."""
    options = _parser().parse_args(arguments)
    try:
        conditions = [parse(text) for text in _texts(options)]
        run, against = Seen(options.run), Seen(options.against) if options.against else None
        judged = [judge(condition, run, against) for condition in conditions]
        if options.summary is not None:
            options.summary.write_text(summary(judged, options.run, options.against), encoding="utf-8")
    except (UsageError, OSError) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return WRONG
    for each in judged:
        print(line(each))  # noqa: T201
    return outcome(judged)


def _parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="nox -s gate --", description="Check conditions on a run's contrasts.")
    made.add_argument("run", type=Path, metavar="RUN", help="the run directory")
    made.add_argument("--limit", action="append", metavar="CONDITION", help=f"{SYNTAX.replace('%', '%%')}; repeatable")
    made.add_argument("--limits", type=Path, metavar="FILE", help='a TOML file with `limits = ["CONDITION", ...]`')
    made.add_argument("--against", type=Path, metavar="RUN", help="the baseline's run directory")
    made.add_argument("--summary", type=Path, metavar="FILE", help="write a Markdown table for a pull request as well")
    return made


def _texts(options: argparse.Namespace) -> list[str]:
    texts = [*(options.limit or []), *_listed(options.limits)]
    if not texts:
        message = f"There is no condition. Give some with --limit or --limits: {SYNTAX}."
        raise UsageError(message)
    return texts


def _listed(file: Path | None) -> list[str]:
    if file is None:
        return []
    try:
        limits = tomllib.loads(file.read_text(encoding="utf-8")).get("limits", [])
    except tomllib.TOMLDecodeError as error:
        message = f"{file} is no TOML file ({error}). Mend it, or use --limit."
        raise UsageError(message) from error
    if not isinstance(limits, list) or not all(isinstance(each, str) for each in limits):
        message = f"`limits` in {file} must be a list of conditions: {SYNTAX}."
        raise UsageError(message)
    return limits


def outcome(judged: Sequence[Judgement]) -> int:
    """Return the exit status that the judgements add up to."""
    kinds = {each.judged for each in judged}
    return FAILS if "fails" in kinds else UNDECIDED if "undecided" in kinds else HOLDS


def line(each: Judgement) -> str:
    """Return "holds      fib/threads/2 3.13t/3.13 >= 1.8: 1.99 [1.94, 2.03]"."""
    note = f" ({each.note})" if each.note else ""
    return f"{each.judged:<10} {one_line(each.condition.text)}: {_shown(each)}{note}"


def summary(judged: Sequence[Judgement], run: Path, against: Path | None) -> str:
    """Return a Markdown table, what decides first, that fits into a comment."""
    order = ("fails", "undecided", "holds")
    rows = [
        f"| {each.judged} | {markdown(each.condition.text)} | {_shown(each)} | {markdown(each.note)} |"
        for each in sorted(judged, key=lambda each: order.index(each.judged))
    ]
    beside = f", against {markdown(against.resolve().name)}" if against else ""
    head = f"**{markdown(run.resolve().name)}**{beside}: a condition holds only when its whole 95 % interval does."
    shown = _fitting(rows)
    more = [f"and {len(rows) - len(shown)} more.", ""] if len(shown) < len(rows) else []
    return "\n".join([head, "", "| | condition | seen | |", "| --- | --- | --- | --- |", *shown, "", *more])


def _fitting(rows: Sequence[str]) -> list[str]:
    """The first rows, as many as there is room for."""
    lengths = accumulate(len(row) + 1 for row in rows)
    return [row for row, length in zip(rows, lengths, strict=True) if length <= MOST_CHARACTERS]


def _shown(each: Judgement) -> str:
    point, low, high = each.estimate
    return f"{point:.3f} (no interval)" if low is None or high is None else f"{point:.3f} [{low:.3f}, {high:.3f}]"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
