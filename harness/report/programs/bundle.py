"""Pack a run into one zip file that can be cited, sent and checked (see `verify`).

The same run gives the same bytes, whenever and wherever it is packed.
"""

import argparse
import hashlib
import zipfile
from collections.abc import Sequence
from pathlib import Path

from harness.errors import UsageError, writing
from harness.report.programs.run_argument import add_run, chosen_run
from harness.runs import TRIALS, read_experiment

SUMS, REPRODUCE = "SHA256SUMS", "REPRODUCE.txt"
KINDS = (".json", ".jsonl", ".md", ".svg", ".csv", ".html")
EARLIEST = (1980, 1, 1, 0, 0, 0)  # the first date that zip can store


def bundle(run: Path) -> Path:
    """Pack a run's files, their checksums and its command into a zip file next to it; return its path."""
    command = read_experiment(run).settings.command
    files = {path.name: path.read_bytes() for path in sorted(run.iterdir()) if _belongs(path)}
    if TRIALS not in files:
        message = f"{run} has no {TRIALS}, so there is nothing to cite. Name a run that has trials."
        raise UsageError(message)
    files[REPRODUCE] = f"{command}\n".encode()
    files[SUMS] = "".join(f"{digest(content)}  {name}\n" for name, content in files.items()).encode()
    packed = run.with_name(f"{run.name}.zip")
    unfinished = packed.with_suffix(".zip.part")
    with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            member = zipfile.ZipInfo(f"{run.name}/{name}", EARLIEST)
            member.compress_type, member.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(member, content)
    unfinished.replace(packed)
    return packed


def digest(content: bytes) -> str:
    """Return the SHA-256 of the content in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def _belongs(path: Path) -> bool:
    """Only the run's own kinds of files: other files in its folder and links out of it are not published."""
    return path.suffix in KINDS and path.is_file() and not path.is_symlink()


def main(arguments: Sequence[str]) -> int:
    """Pack the run and print the file and its checksum; return 0."""
    parser = argparse.ArgumentParser(prog="nox -s bundle --", description="Pack a run into one zip file.")
    add_run(parser)
    run = chosen_run(parser.parse_args(arguments)).resolve()
    with writing("The bundle", "nox -s bundle"):
        packed = bundle(run)
    print(f"{packed}\nsha256 {digest(packed.read_bytes())}")
    return 0
