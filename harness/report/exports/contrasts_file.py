"""contrasts.json and findings.json: every contrast of the run, and every reason to doubt it, for other programs."""

from pathlib import Path
from typing import Any

import msgspec

from harness.errors import UsageError
from harness.records import Contrast, Finding
from harness.report.results import Results
from harness.runs import CONTRASTS, FINDINGS, UNREADABLE, opened, replacing


def write_contrasts(results: Results, run: Path) -> None:
    """Write a list of `harness.records.Contrast` as JSON, one field per line: it diffs well."""
    _write(run / CONTRASTS, results.contrasts)


def write_findings(results: Results, run: Path) -> None:
    """Write a list of `harness.records.Finding` in the same way, errors first."""
    _write(run / FINDINGS, results.findings)


def _write(path: Path, records: tuple[Any, ...]) -> None:
    with replacing(path) as file:
        file.write(msgspec.json.format(msgspec.json.encode(records), indent=2) + b"\n")


def read_contrasts(run: Path) -> list[Contrast]:
    """Read them back; UsageError when they are missing or damaged."""
    return _read(run / CONTRASTS, list[Contrast])


def read_findings(run: Path) -> list[Finding] | None:
    """Read them back; None when the report was made before there was such a file, UsageError when it is damaged."""
    return _read(run / FINDINGS, list[Finding]) if (run / FINDINGS).exists() else None


def _read[Kind](path: Path, kind: type[Kind]) -> Kind:
    remedy = f"Make it again with `nox -s report -- {path.parent}`."
    try:
        with opened(path) as file:
            return msgspec.json.decode(file.read(), type=kind)
    except OSError as error:
        message = f"{path} cannot be read ({error.strerror}). {remedy}"
        raise UsageError(message) from error
    except UNREADABLE as error:
        message = f"{path} is damaged ({error}). {remedy}"
        raise UsageError(message) from error
