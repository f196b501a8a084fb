import io
import platform
import tarfile
from pathlib import Path

import pytest

from harness.errors import UsageError
from harness.interpreters.building import source
from tests.interpreters.fakes import RUNNING_MINOR, source_tree, tarball


def test_no_source_is_named_where_the_variable_is_not_set(machine: Path) -> None:
    assert source.named("3.13", machine / "work") is None


def test_a_tree_is_taken_where_it_is_and_its_version_read(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = source_tree(machine / "cpython")
    monkeypatch.setenv("CPYTHON_SOURCE", str(tree))
    expected = source.Source(tree, platform.python_version(), "built here from cpython")
    assert source.named(RUNNING_MINOR, machine / "work") == expected


def test_a_tarball_is_unpacked_into_the_workspace(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tarball(source_tree(machine / "Python-3"), machine / "Python-3.tar.xz")
    monkeypatch.setenv("CPYTHON_SOURCE", str(file))
    found = source.named(RUNNING_MINOR, machine / "work")
    tree = machine / "work/source/Python-3"
    assert found == source.Source(tree, platform.python_version(), "built here from Python-3.tar.xz")
    assert (tree / "configure").is_file()


def test_a_tarball_is_unpacked_by_an_early_3_11_too(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tarball(source_tree(machine / "Python-3"), machine / "Python-3.tar.xz")
    monkeypatch.delattr(tarfile, "data_filter")
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    assert source.version(source.unpack(file, machine / "work")) == platform.python_version()


def test_a_tree_of_another_version_is_refused(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CPYTHON_SOURCE", str(source_tree(machine / "cpython")))
    with pytest.raises(UsageError) as caught:
        source.named("3.1", machine / "work")
    assert str(caught.value) == (
        f"the source at hand is CPython {platform.python_version()}, not 3.1; name another one."
    )


def test_a_name_that_does_not_exist_is_refused(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CPYTHON_SOURCE", str(machine / "absent"))
    with pytest.raises(UsageError) as caught:
        source.named("3.13", machine / "work")
    assert str(caught.value) == (
        f"CPYTHON_SOURCE names {machine}/absent, which does not exist; name a source tree or tarball."
    )


def test_a_folder_that_is_no_source_tree_is_refused(machine: Path) -> None:
    with pytest.raises(UsageError, match=r"it lacks configure or Include/patchlevel\.h"):
        source.version(machine)


def test_the_mark_of_an_unreleased_tree_is_no_part_of_its_version(machine: Path) -> None:
    tree = source_tree(machine / "cpython")
    (tree / "Include/patchlevel.h").write_text('#define PY_VERSION              "3.14.0rc2+"\n')
    assert source.version(tree) == "3.14.0rc2"


@pytest.mark.parametrize("content", [b"", b"not a tarball at all", b"\xfd7zXZ\x00 torn"])
def test_a_torn_tarball_is_refused_by_name(machine: Path, content: bytes) -> None:
    torn = machine / "Python-3.tar.xz"
    torn.write_bytes(content)
    with pytest.raises(UsageError, match=r"^Python-3.tar.xz cannot be unpacked \("):
        source.unpack(torn, machine / "work")


def test_a_tarball_cut_short_is_refused(machine: Path) -> None:
    whole = tarball(source_tree(machine / "Python-3"), machine / "Python-3.tar.xz")
    whole.write_bytes(whole.read_bytes()[:-60])
    with pytest.raises(UsageError, match=r"^Python-3.tar.xz cannot be unpacked \("):
        source.unpack(whole, machine / "work")


def test_a_tarball_with_a_damaged_middle_is_refused(machine: Path) -> None:
    whole = tarball(source_tree(machine / "Python-3"), machine / "Python-3.tar.xz")
    content = whole.read_bytes()
    whole.write_bytes(content[:100] + bytes(40) + content[140:])
    with pytest.raises(UsageError, match=r"^Python-3.tar.xz cannot be unpacked \("):
        source.unpack(whole, machine / "work")


def test_nothing_is_written_outside_the_workspace(machine: Path) -> None:
    file = machine / "evil.tar"
    with tarfile.open(file, "w") as archive:
        archive.addfile(tarfile.TarInfo("../../escaped"), io.BytesIO())
    with pytest.raises(UsageError, match=r"^evil.tar cannot be unpacked \("):
        source.unpack(file, machine / "work")
    assert not (machine / "escaped").exists()
