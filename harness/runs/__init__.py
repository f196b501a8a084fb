"""The run directory: the names of its files, reading, writing, checksums, validation."""

from harness.runs.files import CONTRASTS, EXPERIMENT, FINDINGS, PAGE, REPORT, TRIALS, opened, replacing
from harness.runs.read import (
    MOST_LINE_BYTES,
    UNREADABLE,
    newest,
    newest_first,
    read_experiment,
    read_journal,
    read_run,
)

__all__ = [
    "CONTRASTS",
    "EXPERIMENT",
    "FINDINGS",
    "MOST_LINE_BYTES",
    "PAGE",
    "REPORT",
    "TRIALS",
    "UNREADABLE",
    "newest",
    "newest_first",
    "opened",
    "read_experiment",
    "read_journal",
    "read_run",
    "replacing",
]
