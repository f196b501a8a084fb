"""Check that a bundle is complete and that its journal gives its contrasts.

A bundle may come from anywhere: it is read into memory, up to a limit, and no name in it becomes a path.
"""

import argparse
import lzma
import math
import struct
import tempfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec

from harness import __version__
from harness.errors import UsageError
from harness.report.exports.contrasts_file import PublishedContrast, published
from harness.report.programs.bundle import SUMS, digest
from harness.report.results import Results, derive
from harness.report.text.escape import one_line
from harness.runs import CONTRASTS, EXPERIMENT, TRIALS, UNREADABLE

MOST_BYTES = 2**30  # of all files together; a run of 100 000 trials has a tenth of that
CLOSE = 1e-9  # relative: versions of numpy add up in different orders
MOST_LINES = 20  # that are printed

# The errors of zipfile for damaged and malicious files; an encrypted member is a RuntimeError.
BROKEN = (OSError, zipfile.BadZipFile, RuntimeError, ValueError, EOFError, struct.error, zlib.error, lzma.LZMAError)

Files = Mapping[str, bytes]


def main(arguments: Sequence[str]) -> int:
    """Return the exit status: 0 when everything is equal, 1 when something differs."""
    parser = argparse.ArgumentParser(prog="nox -s verify --", description="Check a bundle against its own journal.")
    parser.add_argument("bundle", type=Path, metavar="BUNDLE", help="the zip file that `nox -s bundle` made")
    files = read(parser.parse_args(arguments).bundle)
    problems = [*checksums(files)]
    results = _derived(files)
    problems += differences(packed_contrasts(files), [published(contrast) for contrast in results.contrasts])
    for line in [*_first(problems), *_summary(results, problems)]:
        print(line)
    return 1 if problems else 0


def read(path: Path) -> Files:
    """Return the bundle's files by name; UsageError when it is not a bundle, or larger than any run."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            if sum(member.file_size for member in members) > MOST_BYTES:
                message = f"{path} unpacks to more than {MOST_BYTES // 2**20} MiB, so it is not a bundle of a run."
                raise UsageError(message)
            names = [PurePosixPath(member.filename).name for member in members]
            repeated = [name for name, count in Counter(names).items() if count > 1]
            if repeated:
                message = (
                    f"{path} has {repeated[0]} twice, so it is not a bundle. Ask for one that `nox -s bundle` made."
                )
                raise UsageError(message)
            return {name: archive.read(member) for name, member in zip(names, members, strict=True)}
    except BROKEN as error:
        message = f"{path} cannot be read as a bundle ({error}). Name a zip file that `nox -s bundle` made."
        raise UsageError(message) from error


def checksums(files: Files) -> Iterator[str]:
    """Yield a sentence for each file that does not match its checksum, is missing, or is not listed."""
    listed = dict(_sums(files))
    for name, expected in listed.items():
        if name not in files:
            yield f"{one_line(name)} is missing."
        elif digest(files[name]) != expected:
            yield f"{one_line(name)} has changed since it was packed: its checksum differs."
    for name in sorted(files.keys() - listed.keys() - {SUMS}):
        yield f"{one_line(name)} was added: it has no checksum."


def _sums(files: Files) -> Iterator[tuple[str, str]]:
    if SUMS not in files:
        message = f"The file has no {SUMS}, so it is not a bundle. Name a zip file that `nox -s bundle` made."
        raise UsageError(message)
    for line in files[SUMS].decode("utf-8", "replace").splitlines():
        expected, _, name = line.partition("  ")
        yield name, expected


def packed_contrasts(files: Files) -> list[PublishedContrast]:
    """Return the contrasts that the bundle publishes; UsageError when they cannot be read."""
    try:
        return msgspec.json.decode(files.get(CONTRASTS, b""), type=list[PublishedContrast])
    except UNREADABLE as error:
        message = f"{CONTRASTS} of the bundle cannot be read ({error}). Ask for a new bundle."
        raise UsageError(message) from error


def _derived(files: Files) -> Results:
    with tempfile.TemporaryDirectory(prefix="verify-") as folder:
        for name in (EXPERIMENT, TRIALS):
            (Path(folder) / name).write_bytes(files.get(name, b""))
        return derive(Path(folder))


def differences(theirs: Sequence[PublishedContrast], ours: Sequence[PublishedContrast]) -> Iterator[str]:
    """Yield a sentence for each contrast that is not the same in both, or not in both."""
    packed, derived = ({(c.subject, c.baseline, c.span): c for c in contrasts} for contrasts in (theirs, ours))
    for key in sorted(packed.keys() | derived.keys(), key=str):
        name = one_line(f"{key[0]} against {key[1]}, {key[2]} span")
        if key not in derived:
            yield f"{name} is published, but does not follow from the journal."
        elif key not in packed:
            yield f"{name} follows from the journal, but is not published."
        else:
            fields = PublishedContrast.__struct_fields__
            pairs = [(field, getattr(packed[key], field), getattr(derived[key], field)) for field in fields]
            unequal = [f"{field} {one} is {other}" for field, one, other in pairs if not _equal(one, other)]
            if unequal:
                yield f"{name}: {', '.join(unequal)} by the journal."


def _equal(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=CLOSE)
    return bool(one == other)


def _first(lines: Sequence[str]) -> list[str]:
    return [*lines[:MOST_LINES], *([f"... and {len(lines) - MOST_LINES} more."] if len(lines) > MOST_LINES else [])]


def _summary(results: Results, problems: Sequence[str]) -> Iterator[str]:
    version = results.experiment.harness_version
    if version != __version__:
        yield f"Version {one_line(version)} of the harness measured the run, version {__version__} checked it."
    trials, contrasts = len(results.journal.trials), len(results.contrasts)
    verdict = "not everything is equal" if problems else "all are equal, and no file has changed since it was packed"
    yield f"{contrasts} contrasts were derived again from {trials} trials: {verdict}."
