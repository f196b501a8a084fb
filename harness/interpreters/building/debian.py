"""CPython's source from Debian's source package, through apt in private folders: no root, no system file touched."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from harness.errors import UsageError
from harness.interpreters.building.source import SOURCE_VARIABLE, Source, checked, unpack, version
from harness.interpreters.progress import Say

SUITE = "trixie"
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")  # installed with Debian itself

# Read by apt after the machine's own configuration, of which proxies and the like stay in force.
PRIVATE_CONFIGURATION = """\
Dir::State::lists "{folder}/lists";
Dir::State::status "/dev/null";
Dir::Cache "{folder}/cache";
Acquire::Languages "none";
Acquire::Retries "1";
Acquire::http::Timeout "15";
Acquire::https::Timeout "15";
// Hooks that run after an update look after the system's own package lists, which are not touched here.
#clear APT::Update;
// Root would fetch as the user _apt, who may not write to the cache.
APT::Sandbox::User "root";
"""
PRIVATE_SOURCES = """\
Dir::Etc::sourcelist "{folder}/sources.list";
Dir::Etc::sourceparts "/dev/null";
"""


def check() -> None:
    """Raise UsageError if this system has no apt."""
    if not shutil.which("apt-get"):
        message = f"without apt-get there is no Debian source package; name a source with {SOURCE_VARIABLE}=…"
        raise UsageError(message)


def fetch(minor: str, work: Path, say: Say) -> Source:
    """Fetch, verify and unpack the release tarball in Debian's source package, below `work`.

    Raises UsageError if there is no Debian mirror, no such package or no connection.
    """
    package = f"python{minor}"
    say(f"Fetching the source package {package} of Debian {SUITE} through apt.")
    machines_own = _configuration(work / "apt-machine", "")
    private = _configuration(work / "apt", PRIVATE_SOURCES)
    signed_by = f"[signed-by={KEYRING}] " if KEYRING.exists() else ""
    lines = [f"deb-src {signed_by}{mirror} {SUITE} main\n" for mirror in _mirrors(machines_own)]
    (private.parent / "sources.list").write_text("".join(lines), encoding="utf-8")
    update = _run(private, "apt-get", "update")
    shown = _run(private, "apt-cache", "showsrc", "--only-source", package)
    revisions = re.findall(r"^Version: (\S+)$", shown.stdout, re.MULTILINE)
    if not revisions:
        complete = any((private.parent / "lists").glob("*_Sources*"))
        raise UsageError(
            f"Debian {SUITE} has no source package {package}"
            if complete
            else _complaint(update) or f"apt could not read the list of source packages of Debian {SUITE}"
        )
    tarball = _download(private, package, revisions[-1])
    tree = unpack(tarball, work)
    source = Source(
        tree,
        version(tree),
        f"built here from the upstream tarball of the Debian source package {package} {revisions[-1]}",
    )
    return checked(source, minor)


def _configuration(folder: Path, more: str) -> Path:
    for part in ("lists/partial", "cache/archives/partial"):
        (folder / part).mkdir(parents=True)
    file = folder / "apt.conf"
    file.write_text((PRIVATE_CONFIGURATION + more).format(folder=folder), encoding="utf-8")
    return file


def _mirrors(private: Path) -> list[str]:
    """Return the addresses of Debian mirrors that this machine's apt uses."""
    # apt knows the origin of what it has downloaded only; a fresh machine has nothing downloaded yet.
    mirrors = _debian_targets(None)
    if not mirrors:
        update = _run(private, "apt-get", "update")
        mirrors = _debian_targets(private)
        if not mirrors:
            raise UsageError(_complaint(update) or "apt's configuration on this machine names no Debian mirror")
    return mirrors


def _debian_targets(configuration: Path | None) -> list[str]:
    form = "$(ORIGIN)|$(LABEL)|$(REPO_URI)"
    listed = _run(configuration, "apt-get", "indextargets", "--format", form, "Created-By: Packages")
    # The label tells Debian itself from its security archive and its backports.
    debian = [line.split("|", 2)[2] for line in listed.stdout.splitlines() if line.startswith("Debian|Debian|")]
    return list(dict.fromkeys(debian))


def _download(private: Path, package: str, revision: str) -> Path:
    folder = private.parent / "download"
    folder.mkdir()
    completed = _run(
        private, "apt-get", "source", "--tar-only", "--download-only", f"{package}={revision}", folder=folder
    )
    tarballs = list(folder.glob("*.orig.tar.*"))
    if completed.returncode or not tarballs:
        raise UsageError(_complaint(completed) or f"apt did not deliver the tarball of {package} {revision}")
    return tarballs[0]


def _run(
    configuration: Path | None, program: str, *arguments: str, folder: Path | None = None
) -> subprocess.CompletedProcess[str]:
    options = ["-c", str(configuration)] if configuration else []
    return subprocess.run(
        [program, *options, *arguments],
        check=False,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        env=dict(os.environ) | {"LC_ALL": "C"},  # its messages are read
    )


def _complaint(completed: subprocess.CompletedProcess[str]) -> str:
    """Return the first error or warning of apt, "" if there is none."""
    complaints = [line for line in completed.stderr.splitlines() if line.startswith(("E: ", "W: "))]
    errors = [line for line in complaints if line.startswith("E: ")]
    return f"apt: {(errors or complaints)[0][3:].strip()}" if complaints else ""
