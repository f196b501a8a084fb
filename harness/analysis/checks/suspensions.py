"""Whether the machine or the driver stood still while something was measured."""

from collections.abc import Iterator

from harness.analysis.checks.phrases import sides as sides_of
from harness.analysis.samples.evidence import Evidence
from harness.analysis.samples.suspensions import spanned, stood_still_seconds
from harness.records import Experiment, Finding


def stood_still(experiment: Experiment, seen: Evidence) -> Iterator[Finding]:
    """The machine was suspended, or the driver stopped, within a block; its trials from before that do not count."""
    fell_into = [trial for trial in seen.journal.trials if trial.purpose == "time" and stood_still_seconds(trial)]
    if fell_into:
        blocks = sorted({trial.block for trial in fell_into})
        where = f"block {blocks[0]}" if len(blocks) == 1 else f"blocks {', '.join(map(str, blocks))}"
        seconds = sum(map(stood_still_seconds, fell_into))
        cut_off = len(spanned(seen.journal.trials))
        yield Finding(
            severity="note",
            check="stood-still",
            sentence=f"The machine was suspended, or the harness stopped, for {seconds:.0f} s in {where}: "
            f"{cut_off} earlier trial(s) of {'that block' if len(blocks) == 1 else 'these blocks'} are left out.",
            sides=sides_of(fell_into),
        )
