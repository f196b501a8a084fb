"""contrasts.json and findings.json: every contrast of the run, and every reason to doubt it, for other programs."""

from pathlib import Path
from typing import Any

import msgspec

from harness.errors import UsageError
from harness.records import Contrast, Count, Estimate, Finding, Primary, Quantity, Side, Verdict
from harness.report.results import Results
from harness.runs import CONTRASTS, FINDINGS, UNREADABLE, opened, replacing


class PublishedContrast(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of `contrasts.json`, and a row of `contrasts.csv`: a contrast without nested objects but its sides."""

    subject: Side
    baseline: Side
    span: Quantity
    ratio: float
    low: float | None
    high: float | None
    blocks: Count
    primary: bool
    provisional: bool
    target_reached: bool
    verdict: Verdict | None
    builds_differ: bool = False
    p_value: float | None = None
    adjusted_p_value: float | None = None


def published(contrast: Contrast) -> PublishedContrast:
    """Return a contrast as it is published."""
    point, low, high, blocks = contrast.estimate
    judgement = contrast.primary
    return PublishedContrast(
        subject=contrast.subject,
        baseline=contrast.baseline,
        span=contrast.span,
        ratio=point,
        low=low,
        high=high,
        blocks=blocks,
        primary=judgement is not None,
        provisional=contrast.provisional,
        target_reached=contrast.target_reached,
        verdict=contrast.verdict,
        builds_differ=contrast.builds_differ,
        p_value=None if judgement is None else judgement.p_value,
        adjusted_p_value=None if judgement is None else judgement.adjusted_p_value,
    )


def _contrast(entry: PublishedContrast) -> Contrast:
    return Contrast(
        subject=entry.subject,
        baseline=entry.baseline,
        span=entry.span,
        estimate=Estimate(entry.ratio, entry.low, entry.high, entry.blocks),
        provisional=entry.provisional,
        target_reached=entry.target_reached,
        primary=_primary(entry) if entry.primary else None,
        builds_differ=entry.builds_differ,
    )


def _primary(entry: PublishedContrast) -> Primary:
    return Primary(verdict=entry.verdict, p_value=entry.p_value, adjusted_p_value=entry.adjusted_p_value)


def write_contrasts(results: Results, run: Path) -> None:
    """Write a list of `PublishedContrast` as JSON, one field per line: it diffs well."""
    _write(run / CONTRASTS, tuple(map(published, results.contrasts)))


def write_findings(results: Results, run: Path) -> None:
    """Write a list of `harness.records.Finding` in the same way, errors first."""
    _write(run / FINDINGS, results.findings)


def _write(path: Path, records: tuple[Any, ...]) -> None:
    with replacing(path) as file:
        file.write(msgspec.json.format(msgspec.json.encode(records), indent=2) + b"\n")


def read_contrasts(run: Path) -> list[Contrast]:
    """Read them back; UsageError when they are missing or damaged."""
    return [_contrast(entry) for entry in _read(run / CONTRASTS, list[PublishedContrast])]


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
