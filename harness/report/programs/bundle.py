"""`python -m harness.report.programs.bundle RUN`: a run as one file that can be cited, sent and checked.

The same run gives the same bytes, whenever and wherever it is packed. `harness.report.programs.verify` checks a bundle.
"""

import argparse
import hashlib
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

from harness.errors import UsageError
from harness.runs import TRIALS, newest, read_experiment

SUMS, REPRODUCE = "SHA256SUMS", "REPRODUCE.txt"
KINDS = (".json", ".jsonl", ".md", ".svg", ".csv", ".html")
EARLIEST = (1980, 1, 1, 0, 0, 0)  # zip knows no earlier one


def bundle(run: Path) -> Path:
    """Pack the files of a run directory, their checksums and the command; return the zip file's path beside it."""
    command = read_experiment(run).settings.command
    files = {path.name: path.read_bytes() for path in sorted(run.iterdir()) if _belongs(path)}
    if TRIALS not in files:
        message = f"{run} has no {TRIALS}, so there is nothing to cite. Name a run that measured something."
        raise UsageError(message)
    files[REPRODUCE] = f"{command}\n".encode()
    files[SUMS] = "".join(f"{digest(content)}  {name}\n" for name, content in files.items()).encode()
    made = run.with_name(f"{run.name}.zip")
    unfinished = made.with_suffix(".zip.part")
    with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            member = zipfile.ZipInfo(f"{run.name}/{name}", EARLIEST)
            member.compress_type, member.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(member, content)
    unfinished.replace(made)
    return made


def digest(content: bytes) -> str:
    """Return the SHA-256 of the content in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def _belongs(path: Path) -> bool:
    """Only what a run is made of: a stranger's file in its folder, or a link out of it, is not published."""
    return path.suffix in KINDS and path.is_file() and not path.is_symlink()


def main(arguments: Sequence[str]) -> int:
    """Return the exit status: 0, or 2 for what the user can mend."""
    parser = argparse.ArgumentParser(prog="nox -s bundle --", description="Pack a run into one zip file.")
    parser.add_argument("run", nargs="?", type=Path, metavar="RUN", help="run directory (default: the newest run)")
    try:
        run = parser.parse_args(arguments).run or newest(Path("results"))
        made = bundle(run.resolve())
    except UsageError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2
    except OSError as error:
        print(f"The bundle cannot be written: {error}. Mend that and pack again.", file=sys.stderr)  # noqa: T201
        return 2
    print(f"{made}\nsha256 {digest(made.read_bytes())}")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
