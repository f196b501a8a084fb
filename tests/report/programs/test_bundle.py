"""A bundle: the same bytes for the same run, and nothing in it that its journal does not give."""

import hashlib
import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from harness import ROOT
from harness.__main__ import main
from harness.report.programs import bundle
from tests.builders import an_experiment, like_fib, trials_like, write_run


@pytest.fixture
def run(tmp_path: Path) -> Path:
    directory = write_run(tmp_path / "run", an_experiment(), trials_like(like_fib(), 10))
    main(["report", str(directory)])
    return directory


def changed(packed: Path, name: str, change: Callable[[bytes], bytes], *, sums: bool = True) -> Path:
    """Write a copy of a bundle in which one file is another, with a checksum that fits unless `sums` is false."""
    with zipfile.ZipFile(packed) as archive:
        files = {member.filename: archive.read(member) for member in archive.infolist()}
    files[f"run/{name}"] = change(files[f"run/{name}"])
    if sums:
        listed = [line.split("  ") for line in files["run/SHA256SUMS"].decode().splitlines()]
        digests = [(hashlib.sha256(files[f"run/{file}"]).hexdigest(), file) for _, file in listed]
        files["run/SHA256SUMS"] = "".join(f"{digest}  {file}\n" for digest, file in digests).encode()
    copy = packed.with_name("changed.zip")
    with zipfile.ZipFile(copy, "w") as archive:
        for file, content in files.items():
            archive.writestr(file, content)
    return copy


def test_a_bundle_made_here_verifies_elsewhere(run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    elsewhere = shutil.copy(bundle.bundle(run), tmp_path / "copy.zip")

    assert main(["verify", str(elsewhere)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == (
        "100 contrasts were derived again from 200 trials: all are equal, and no file has changed since it was packed."
    )


def test_the_committed_reference_run_verifies(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    reference = tmp_path / "reference"
    shutil.copytree(ROOT / "results" / "reference", reference)
    main(["report", str(reference)])

    assert main(["verify", str(bundle.bundle(reference))]) == 0
    assert "all are equal" in capsys.readouterr().out


def test_the_same_run_gives_the_same_bytes(run: Path) -> None:
    first = bundle.bundle(run).read_bytes()
    (run / "report.md").touch()

    assert bundle.bundle(run).read_bytes() == first


def test_the_command_that_made_it_is_in_it(run: Path) -> None:
    with zipfile.ZipFile(bundle.bundle(run)) as archive:
        assert archive.read("run/REPRODUCE.txt") == b"nox -s bench -- --seed 7\n"


def test_links_and_strangers_in_the_folder_are_not_published(run: Path) -> None:
    (run / "secret.json").symlink_to("/etc/hostname")
    (run / "notes.txt").write_text("mine", encoding="utf-8")

    with zipfile.ZipFile(bundle.bundle(run)) as archive:
        assert not {"run/secret.json", "run/notes.txt"} & set(archive.namelist())


def test_a_published_contrast_that_the_journal_does_not_give_is_named(
    run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def flatter(content: bytes) -> bytes:
        contrasts = json.loads(content)
        contrasts[0]["ratio"] = 9.5
        return json.dumps(contrasts).encode()

    assert main(["verify", str(changed(bundle.bundle(run), "contrasts.json", flatter))]) == 1

    printed = capsys.readouterr().out
    assert "fib/threads/2 on 3.13t against fib/threads/2 on 3.13, whole span: ratio 9.5 is 0.99" in printed
    assert "not everything is equal" in printed


def test_a_file_that_was_changed_after_packing_is_named(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    altered = changed(bundle.bundle(run), "report.md", lambda content: content + b"More.\n", sums=False)

    assert main(["verify", str(altered)]) == 1
    assert "report.md has changed since it was packed: its checksum differs." in capsys.readouterr().out


@pytest.mark.parametrize(("content", "reason"), [(b"PK", "cannot be read as a bundle"), (None, "cannot be read")])
def test_what_is_no_bundle_is_refused_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes | None, reason: str
) -> None:
    file = tmp_path / "no.zip"
    if content is not None:
        file.write_bytes(content)

    assert main(["verify", str(file)]) == 2
    printed = capsys.readouterr().err
    assert reason in printed
    assert printed.count("\n") == 1


def test_names_that_would_leave_the_folder_become_no_paths(
    tmp_path: Path, run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    packed = bundle.bundle(run)
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr("../../outside.json", b"{}")

    assert main(["verify", str(packed)]) == 1
    assert "outside.json was added: it has no checksum." in capsys.readouterr().out
    assert not list(tmp_path.parent.glob("outside.json"))


def test_a_run_without_trials_is_not_packed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = write_run(tmp_path / "empty", an_experiment(), [])
    (run / "trials.jsonl").unlink()

    assert main(["bundle", str(run)]) == 2
    assert "has no trials.jsonl, so there is nothing to cite." in capsys.readouterr().err
