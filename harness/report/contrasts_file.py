"""contrasts.json: every contrast of the run, for other programs."""

from pathlib import Path

import msgspec

from harness.report.outcome import Outcome
from harness.runs import CONTRASTS, replacing


def write_contrasts(outcome: Outcome, run: Path) -> None:
    """Write a list of `harness.records.Contrast` as JSON, one field per line: it diffs well."""
    lines = msgspec.json.format(msgspec.json.encode(outcome.contrasts), indent=2)
    with replacing(run / CONTRASTS) as file:
        file.write(lines + b"\n")
