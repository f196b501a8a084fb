"""What SECURITY.md promises, each promise with the thing itself."""

import ast
import inspect
import io
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from harness import ROOT
from harness.__main__ import main
from harness.errors import UsageError
from harness.experiment.measure.sites import opened
from harness.interpreters import download
from harness.interpreters.building import debian, source
from harness.report.exports.contrasts_file import write_contrasts
from harness.report.programs import bundle, verify
from harness.report.results import derive
from tests.builders import an_experiment, like_fib, trials_like, write_run

READERS = [
    path
    for room in ("report", "analysis", "records", "runs")
    for path in sorted((ROOT / "harness" / room).rglob("*.py"))
]
NEVER_IMPORTED = {
    "pickle",
    "marshal",
    "shelve",
    "dill",
    "yaml",
    "subprocess",
    "importlib",
    "runpy",
    "ctypes",
    "socket",
    "urllib",
}
NEVER_CALLED = {"eval", "exec", "compile", "__import__", "getoutput", "system", "popen", "unpack_archive", "extractall"}


@pytest.mark.parametrize("file", READERS, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_reads_a_run_directory_can_neither_run_code_nor_reach_a_network(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    names = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    calls = [ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)]
    called = {call.rpartition(".")[2] for call in calls if call != "re.compile"}

    roots = {name.partition(".")[0] for name in names if name not in ("importlib.metadata", "importlib.resources")}
    assert not roots & NEVER_IMPORTED
    assert not called & NEVER_CALLED


def test_nothing_becomes_another_user_and_no_command_goes_through_a_shell() -> None:
    text = {
        path: path.read_text(encoding="utf-8")
        for path in [*sorted((ROOT / "harness").rglob("*.py")), ROOT / "noxfile.py"]
    }

    assert len(text) > 100
    assert [
        path
        for path, code in text.items()
        if re.search(r"""["'](sudo|doas|pkexec|su)["']|\.set(e?[ug]id|res[ug]id)""", code)
    ] == []
    assert [path for path, code in text.items() if re.search(r"shell\s*=\s*True|os\.system\(|os\.popen\(", code)] == []


def listening(pid: int) -> list[tuple[str, str, int]]:
    """Return (address, port) of every socket that a process listens on, by the kernel's own tables."""
    links = [str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir()]
    inodes = {link.removeprefix("socket:[").removesuffix("]") for link in links if link.startswith("socket:[")}
    sockets = []
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            words = line.split()
            if words[3] == "0A" and words[9] in inodes:
                address, port = words[1].split(":")
                sockets.append((table, address, int(port, 16)))
    return sorted(sockets)


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="only Linux lists sockets there")
def test_the_local_sites_listen_on_loopback_alone_on_ephemeral_ports_and_stop_with_the_run() -> None:
    first = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    with opened((), 0.0) as sites:
        server = sites._server
        assert server is not None
        pid = server.pid
        heard = listening(pid)
        assert {(table, address) for table, address, _ in heard} == {("tcp", "0100007F")}
        assert sorted(urlsplit(url).port or 0 for url in sites.urls) == sorted(port for _, _, port in heard)
        assert all(port >= first for _, _, port in heard)

    assert not Path(f"/proc/{pid}/fd").exists()
    ports = {f":{port:04X}" for _, _, port in heard}
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    assert not [row for row in rows if row[3] == "0A" and row[1][8:] in ports]


@pytest.mark.parametrize("path", ["other", "../etc/passwd", "%2e%2e/etc/passwd", "?x", "//x", ".git/config"])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "OPTIONS"])
def test_the_local_sites_answer_their_own_path_and_nothing_else(site: str, path: str, method: str) -> None:
    answer = requests.request(method, f"{site}{path}", timeout=20, data=b"x" if method != "GET" else None)

    own = urlsplit(answer.request.url).path == "/" and method == "GET"
    assert answer.status_code == (200 if own else 405 if urlsplit(answer.request.url).path == "/" else 404)
    assert "passwd" not in answer.text


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with opened((), 0.0) as sites:
        yield sites.urls[0]


def tarball(path: Path, *members: tarfile.TarInfo) -> Path:
    with tarfile.open(path, "w") as archive:
        for member in members:
            archive.addfile(member, io.BytesIO(b"x" * member.size))
    return path


def member(name: str, **fields: Any) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    for field, value in {"size": 1, **fields}.items():
        setattr(info, field, value)
    return info


@pytest.mark.parametrize(
    "entry",
    [
        member("../outside"),
        member("Python/../../outside"),
        member("Python/link", type=tarfile.SYMTYPE, linkname="/etc", size=0),
        member("Python/link", type=tarfile.SYMTYPE, linkname="../../..", size=0),
        member("Python/device", type=tarfile.CHRTYPE, size=0),
        member("Python/hard", type=tarfile.LNKTYPE, linkname="/etc/hostname", size=0),
    ],
    ids=["up", "up within", "absolute link", "link up", "device", "hard link"],
)
def test_a_source_tarball_writes_nothing_outside_its_folder(tmp_path: Path, entry: tarfile.TarInfo) -> None:
    work = tmp_path / "work"

    with pytest.raises(UsageError, match="cannot be unpacked"):
        source.unpack(tarball(tmp_path / "Python.tar", entry), work)
    assert {path.name for path in tmp_path.iterdir()} == {"Python.tar", "work"}


def test_set_user_bits_of_a_tarball_are_not_kept(tmp_path: Path) -> None:
    tree = source.unpack(tarball(tmp_path / "Python.tar", member("Python/configure", mode=0o6777)), tmp_path / "work")

    assert (tree / "configure").stat().st_mode & 0o7022 == 0


def test_apt_verifies_what_it_fetches_before_it_is_unpacked() -> None:
    text = debian.PRIVATE_CONFIGURATION + debian.PRIVATE_SOURCES

    assert not re.search(r"(?i)allow-?(insecure|unauthenticated|weak|downgrade)|trusted=yes|no-check|check-valid", text)
    for module in (debian, download, source):
        code = inspect.getsource(module)
        assert not re.search(r"(?i)unauthenticated|insecure|trusted=yes|verify\s*=\s*False|CERT_NONE", code)


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    run = write_run(tmp_path / "run", an_experiment(), trials_like(like_fib(), 2))
    write_contrasts(derive(run), run)
    return bundle.bundle(run)


def rewritten(path: Path, *more: tuple[str | zipfile.ZipInfo, bytes]) -> Path:
    with zipfile.ZipFile(path, "a") as archive:
        for name, content in more:
            archive.writestr(name, content)
    return path


LINK = zipfile.ZipInfo("run/link.json")
LINK.external_attr = 0o120777 << 16


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    ("more", "message"),
    [
        (("/etc/outside.json", b"{}"), "outside.json was added"),
        (("..\\..\\outside.json", b"{}"), "was added"),
        ((LINK, b"/etc/passwd"), "link.json was added"),
        (("run/trials.jsonl", b""), "has trials.jsonl twice"),
        (("other/trials.jsonl", b""), "has trials.jsonl twice"),
        (("run/\x1b[2J\n", b""), "was added"),
    ],
    ids=["absolute", "backslashes", "link", "the same name", "another folder's", "control"],
)
def test_a_hostile_member_of_a_bundle_is_told_and_written_nowhere(
    packed: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    more: tuple[str | zipfile.ZipInfo, bytes],
    message: str,
) -> None:
    before = {*tmp_path.rglob("*")}

    assert main(["verify", str(rewritten(packed, more))]) in (1, 2)
    printed = capsys.readouterr()
    assert message in printed.out + printed.err
    assert all(line.isprintable() for line in (printed.out + printed.err).splitlines())
    assert {*tmp_path.rglob("*")} == before


def test_a_bomb_is_not_unpacked(
    packed: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(verify, "MOST_BYTES", 10_000_000)
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("run/bomb.json", b"0" * 20_000_000)

    assert main(["verify", str(packed)]) == 2
    assert "unpacks to more than" in capsys.readouterr().err


def test_a_bomb_that_lies_about_its_size_is_not_unpacked_either(
    packed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("run/bomb.json", b"0" * 5_000_000)
    content = packed.read_bytes()
    packed.write_bytes(content.replace((5_000_000).to_bytes(4, "little"), (500).to_bytes(4, "little")))

    assert main(["verify", str(packed)]) == 2
    assert "cannot be read as a bundle" in capsys.readouterr().err


@pytest.mark.parametrize("place", [0.1, 0.3, 0.5, 0.7, 0.9, 0.99])
@pytest.mark.parametrize("length", [1, 400])
def test_a_bundle_with_damaged_bytes_is_equal_only_where_every_file_is(packed: Path, place: float, length: int) -> None:
    files = verify.read(packed)
    content = bytearray(packed.read_bytes())
    start = int(place * len(content))
    content[start : start + length] = bytes(byte ^ 0xFF for byte in content[start : start + length])
    packed.write_bytes(content)

    code = main(["verify", str(packed)])
    assert code in (1, 2) or (code == 0 and verify.read(packed) == files)


def test_verifying_needs_no_more_than_reading(packed: Path, tmp_path: Path) -> None:
    """The process opens for writing nothing but its own temporary folder."""
    tmp = tmp_path / "own"
    tmp.mkdir()
    environment = {**os.environ, "TMPDIR": str(tmp)}
    command = [sys.executable, "-m", "harness", "verify", str(packed)]

    ended = subprocess.run(command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    assert list(tmp.iterdir()) == []
