"""contrasts.json: every contrast of the run, for other programs."""

from pathlib import Path

import msgspec

from harness.report.outcome import Outcome
from harness.runs import CONTRASTS


def write_contrasts(outcome: Outcome, run: Path) -> None:
    """Write a list of `harness.records.Contrast` as JSON, one field per line: it diffs well."""
    lines = msgspec.json.format(msgspec.json.encode(outcome.contrasts), indent=2)
    (run / CONTRASTS).write_bytes(lines + b"\n")
