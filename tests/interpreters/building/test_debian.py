from pathlib import Path

import pytest

from harness.errors import UsageError
from harness.interpreters.building import debian
from tests.interpreters.fakes import RUNNING_MINOR, script, source_tree, tarball, tools

PACKAGE = f"python{RUNNING_MINOR}"
MACHINE_TARGETS = """\
Debian|Debian-Security|over://security/debian-security/
Other|Other|over://other/apt/
Debian|Debian|over://mirror/debian/
Debian|Debian|over://mirror/debian/
"""


@pytest.fixture
def apt(machine: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of files: what the machine's apt lists (targets), what it lists after a private update (fresh),
    what showsrc prints (showsrc), complaints of update and source; calls notes what was called.
    """
    folder = machine / "apt"
    folder.mkdir()
    tools(machine / "bin", "cat", "cp")
    (folder / "targets").write_text(MACHINE_TARGETS)
    (folder / "showsrc").write_text(f"Package: {PACKAGE}\nVersion: 9-1\n\nPackage: {PACKAGE}\nVersion: 9-2\n")
    for name in ("fresh", "update", "source"):
        (folder / name).touch()
    tarball(source_tree(machine / "Python-9"), folder / "orig")
    script(machine / "bin/apt-cache", f'cat "{folder}/showsrc"')
    script(
        machine / "bin/apt-get",
        f"""
        echo "$@" >> {folder}/calls
        case "$*" in
            "-c "*indextargets*) cat {folder}/fresh;;
            indextargets*) cat {folder}/targets;;
            *update) cat {folder}/update >&2; [ -e {folder}/offline ] || : > "${{2%apt.conf}}lists/mirror_Sources";;
            *" source "*) cat {folder}/source >&2; cp {folder}/orig {PACKAGE}_9.orig.tar.xz;;
        esac
        """,
    )
    monkeypatch.setattr(debian, "KEYRING", folder / "targets")
    return folder


def test_the_tarball_comes_from_the_machines_own_mirror_and_is_unpacked(machine: Path, apt: Path) -> None:
    messages: list[str] = []
    source = debian.fetch(RUNNING_MINOR, machine / "work", messages.append)
    assert messages == [f"Fetching the source package {PACKAGE} of Debian trixie through apt."]
    assert source.origin == f"built here from the upstream tarball of the Debian source package {PACKAGE} 9-2"
    assert source.tree == machine / "work/source/Python-9"
    lines = (machine / "work/apt/sources.list").read_text()
    assert lines == f"deb-src [signed-by={apt}/targets] over://mirror/debian/ trixie main\n"
    configuration = machine / "work/apt/apt.conf"
    assert (apt / "calls").read_text().splitlines() == [
        "indextargets --format $(ORIGIN)|$(LABEL)|$(REPO_URI) Created-By: Packages",
        f"-c {configuration} update",
        f"-c {configuration} source --tar-only --download-only {PACKAGE}=9-2",
    ]


def test_apt_is_told_to_keep_to_private_folders_and_to_run_no_hooks(machine: Path) -> None:
    folder = machine / "work/apt"
    text = debian._configuration(folder, debian.PRIVATE_SOURCES).read_text()  # what apt reads
    assert f'Dir::State::lists "{folder}/lists";' in text
    assert f'Dir::Cache "{folder}/cache";' in text
    assert 'Dir::State::status "/dev/null";' in text
    assert f'Dir::Etc::sourcelist "{folder}/sources.list";' in text
    assert 'Dir::Etc::sourceparts "/dev/null";' in text
    assert "#clear APT::Update;" in text
    assert (folder / "lists/partial").is_dir()
    assert (folder / "cache/archives/partial").is_dir()


def test_a_fresh_machine_is_asked_again_after_a_private_update(machine: Path, apt: Path) -> None:
    (apt / "targets").write_text("")
    (apt / "fresh").write_text(MACHINE_TARGETS)
    debian.fetch(RUNNING_MINOR, machine / "work", print)
    assert "over://mirror/debian/ trixie main" in (machine / "work/apt/sources.list").read_text()
    private = machine / "work/apt-machine/apt.conf"
    assert (apt / "calls").read_text().splitlines()[1:3] == [
        f"-c {private} update",
        f"-c {private} indextargets --format $(ORIGIN)|$(LABEL)|$(REPO_URI) Created-By: Packages",
    ]
    assert "sourcelist" not in private.read_text()


def reason(machine: Path, minor: str = RUNNING_MINOR) -> str:
    with pytest.raises(UsageError) as caught:
        debian.fetch(minor, machine / "work", print)
    return str(caught.value)


def test_a_machine_without_a_debian_mirror_says_so(machine: Path, apt: Path) -> None:
    (apt / "targets").write_text("Other|Other|over://other/apt/\n")
    assert reason(machine) == "apt's configuration on this machine names no Debian mirror"


def test_a_version_that_the_suite_does_not_have_is_said_plainly(machine: Path, apt: Path) -> None:
    (apt / "showsrc").write_text("")
    assert reason(machine, "3.12") == "Debian trixie has no source package python3.12"


def test_a_warning_of_an_update_that_worked_hides_nothing(machine: Path, apt: Path) -> None:
    (apt / "showsrc").write_text("")
    (apt / "update").write_text("W: Key is stored in the legacy keyring\n")
    assert reason(machine, "3.12") == "Debian trixie has no source package python3.12"


def test_the_complaint_of_an_update_without_connection_is_the_reason(machine: Path, apt: Path) -> None:
    (apt / "offline").touch()
    (apt / "showsrc").write_text("")
    (apt / "update").write_text("W: Failed to fetch it\nE: Some index files failed to download.\n")
    assert reason(machine) == "apt: Some index files failed to download."


def test_a_tarball_that_apt_refuses_is_the_reason(machine: Path, apt: Path) -> None:
    (apt / "source").write_text("W: first\nE: Hash Sum mismatch\n")
    script(machine / "bin/cp", "exit 1")
    assert reason(machine) == "apt: Hash Sum mismatch"


def test_without_apt_the_remedy_is_to_name_a_source(machine: Path) -> None:
    assert not (machine / "bin/apt-get").exists()
    with pytest.raises(UsageError, match=r"name a source with CPYTHON_SOURCE=…$"):
        debian.check()
