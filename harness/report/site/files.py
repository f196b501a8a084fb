"""The files of a site: a build writes those that have changed and removes those of the build before that it lacks."""

import re
import shutil
from pathlib import Path

import msgspec

from harness.errors import UsageError
from harness.runs import CONTRASTS, EXPERIMENT, FINDINGS, REPORT

BUILT = "built.json"  # the names of all files that the last build wrote; nothing else is ever removed
OWN_PAGE = "report.html"
SHARED = (OWN_PAGE, REPORT, EXPERIMENT, CONTRASTS, FINDINGS)
_PICTURE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._@-]*\.svg")


class Folder:
    """The folder of a site during a build. `names` are the files of this build, `written` counts the changed ones."""

    def __init__(self, out: Path) -> None:
        """Open a folder; UsageError when it holds something that is not a site."""
        self.out = out
        self.before = self._built()
        self.names: set[str] = set()
        self.written = 0

    def _built(self) -> set[str]:
        try:
            return set(msgspec.json.decode((self.out / BUILT).read_bytes(), type=list[str]))
        except FileNotFoundError:
            if self.out.exists() and any(self.out.iterdir()):
                message = f"{self.out} is not empty and is not a site. Name an empty or new folder with --out."
                raise UsageError(message) from None
            return set()
        except (OSError, msgspec.DecodeError) as error:
            message = f"{self.out / BUILT} cannot be read ({error}). Remove {self.out} and make the site again."
            raise UsageError(message) from error

    def has(self, name: str) -> bool:
        """Return whether the build before wrote this file, and keep it; its name has to identify its content."""
        exists = name in self.before and (self.out / name).is_file()
        if exists:
            self.names.add(name)
        return exists

    def write(self, name: str, text: str) -> None:
        """Write a file unless it has this text already."""
        path, content = self.out / name, text.encode()
        self.names.add(name)
        if not path.is_file() or path.read_bytes() != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            self.written += 1

    def copy(self, source: Path, name: str) -> None:
        """Copy a file unless the existing copy has the same size and time."""
        path = self.out / name
        self.names.add(name)
        status = source.stat()
        if path.is_file() and (path.stat().st_size, path.stat().st_mtime_ns) == (status.st_size, status.st_mtime_ns):
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, path)
        self.written += 1

    def close(self) -> None:
        """Remove the files that the site no longer has, and list those that it has."""
        for name in sorted(self.before - self.names):
            path = (self.out / name).resolve()
            if path.is_relative_to(self.out.resolve()):  # a list that was tampered with removes nothing outside
                path.unlink(missing_ok=True)
                if path.parent != self.out.resolve() and path.parent.is_dir() and not any(path.parent.iterdir()):
                    path.parent.rmdir()
        listed = msgspec.json.format(msgspec.json.encode(sorted(self.names)), indent=1)
        (self.out / BUILT).write_bytes(listed + b"\n")


def shared(run: Path) -> list[Path]:
    """Return the files of a run directory that the site shows: its report and pictures, no links, no other files."""
    return [
        path
        for path in sorted(run.iterdir())
        if (path.name in SHARED or _PICTURE.fullmatch(path.name)) and path.is_file() and not path.is_symlink()
    ]
