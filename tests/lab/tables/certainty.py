"""How much certainty a minute gives: runs of two versions of the harness, measured in turn on one machine.

Measure with each version by turns (`nox -s bench -- --results DIR` in a checkout of each), so that both meet the same
machine, then name the run directories. A run's intervals are those that its own version published.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np

from harness.errors import UsageError
from harness.records import Side, Trial
from harness.report.exports.contrasts_file import read_contrasts
from harness.runs import read_run
from harness.selftest import markdown_table

TABLE = "certainty"


@dataclass(frozen=True)
class Measured:
    """One run: its trials, and the width of each declared contrast's interval, on the log scale."""

    name: str
    trials: Sequence[Trial]
    widths: dict[tuple[Side, Side], float]
    verdicts: int
    primaries: int

    @property
    def seconds(self) -> float:
        """What all trials took."""
        return sum(trial.elapsed_seconds for trial in self.trials)

    def seconds_of(self, sides: tuple[Side, Side]) -> float:
        """What the trials of two sides took."""
        return sum(trial.elapsed_seconds for trial in self.trials if trial.side in sides)


def main(arguments: list[str]) -> int:
    """Print what each run came to, and the time to an interval of the same width."""
    parser = argparse.ArgumentParser(prog=f"nox -s performance -- {TABLE}", description=(__doc__ or "").split("\n")[0])
    for name in ("before", "after"):
        parser.add_argument(f"--{name}", type=Path, nargs="+", required=True, metavar="RUN", help=f"runs {name}")
    options = parser.parse_args(arguments)
    before, after = [read(run) for run in options.before], [read(run) for run in options.after]
    print(table(before, after), end="\n\n")
    print(sentence(before, after))
    return 0


def read(run: Path) -> Measured:
    """Read a run directory and what its version published; UsageError where one is missing."""
    experiment, journal = read_run(run)
    declared = {(pair.subject, pair.baseline) for pair in experiment.pairs}
    contrasts = [contrast for contrast in read_contrasts(run) if contrast.span == "whole"]
    widths = {
        sides: float(np.log(interval[1] / interval[0]))
        for contrast in contrasts
        if (sides := (contrast.subject, contrast.baseline)) in declared
        and (interval := contrast.estimate.interval) is not None
        and interval[1] > interval[0] > 0
    }
    primaries = [contrast for contrast in contrasts if contrast.primary is not None]
    trials = [trial for trial in journal.trials if trial.purpose == "time" and trial.block > 0]
    if not trials:
        message = f"{run} has no trials. Measure it first, or name another run."
        raise UsageError(message)
    decided = [contrast for contrast in primaries if contrast.verdict not in (None, "undecided")]
    return Measured(run.name, trials, widths, len(decided), len(primaries))


def table(before: Sequence[Measured], after: Sequence[Measured]) -> str:
    """Return a row for each run."""
    rows = [
        [
            f"{run.name} ({which})",
            f"{run.seconds:.0f} s",
            str(max(trial.block for trial in run.trials)),
            f"{len(run.trials) - sum(trial.attempt == 0 for trial in run.trials)} of {len(run.trials)}",
            f"{_value_seconds(run.trials) / run.seconds:.0%}",
            f"{sum(trial.warmup_seconds or 0 for trial in run.trials) / run.seconds:.0%}",
            _spread(run.trials),
            f"{run.verdicts} of {run.primaries}",
        ]
        for which, runs in (("before", before), ("after", after))
        for run in runs
    ]
    header = ("run", "time in trials", "blocks", "repetitions", "values", "warm-up", "canaries, 95th / 5th", "decided")
    return markdown_table.table(header, rows)


def sentence(before: Sequence[Measured], after: Sequence[Measured]) -> str:
    """Return the ratio of the times to the same width, median over the contrasts that all runs have."""
    common = sorted(set.intersection(*(set(run.widths) for run in (*before, *after))))
    if not common:
        return "The runs have no contrast in common."
    whole = [_needed(after, sides, own=False) / _needed(before, sides, own=False) for sides in common]
    own = [_needed(after, sides, own=True) / _needed(before, sides, own=True) for sides in common]
    return (
        f"Time to an interval of the same width, after / before, median of {len(common)} common contrasts "
        f"(lowest and highest quarter): {_quarters(whole)} by the time of whole runs, {_quarters(own)} by that of the "
        "two sides' own trials."
    )


def _needed(runs: Sequence[Measured], sides: tuple[Side, Side], *, own: bool) -> float:
    """Return squared width times seconds, which does not change with the length of a run, median over runs."""
    return median(run.widths[sides] ** 2 * (run.seconds_of(sides) if own else run.seconds) for run in runs)


def _quarters(ratios: Sequence[float]) -> str:
    low, middle, high = np.quantile(ratios, [0.25, 0.5, 0.75])
    return f"{middle:.2f} ({low:.2f} to {high:.2f})"


def _value_seconds(trials: Sequence[Trial]) -> float:
    return sum(value.whole_seconds * trial.loops for trial in trials for value in trial.values)


def _spread(trials: Sequence[Trial]) -> str:
    seconds = [second for trial in trials for value in trial.values for second in value.canary_seconds or ()]
    return f"{np.quantile(seconds, 0.95) / np.quantile(seconds, 0.05):.2f}" if seconds else markdown_table.NONE
