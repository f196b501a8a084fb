import fcntl
import os
import platform
import signal
from pathlib import Path

import pytest

from harness.interpreters import present
from harness.interpreters.building import from_source as room
from harness.interpreters.building import requirements
from harness.interpreters.building.from_source import build
from harness.interpreters.building.recipe import Recipe
from tests.interpreters.fakes import RUNNING, RUNNING_MINOR, python, script, source_tree, tools


@pytest.fixture(autouse=True)
def all_requirements(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tools(machine / "bin", "sh", "make", "mkdir", "cp", "touch")
    monkeypatch.setattr(requirements, "HEADERS", {})
    script(machine / "bin/gcc", "exit 0")


def test_what_the_user_names_is_built_and_then_present(
    machine: Path, built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CPYTHON_SOURCE", str(source_tree(machine / "tree")))
    assert build([RUNNING], print) == {}
    executable = built / f"cpython-{platform.python_version()}{RUNNING.removeprefix(RUNNING_MINOR)}"
    assert present(RUNNING) == [executable / "bin" / f"python{RUNNING}"]
    assert list(built.parent.glob("work-*")) == []


def test_nothing_is_built_when_a_name_has_no_source(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CPYTHON_SOURCE", str(source_tree(machine / "tree")))
    version = platform.python_version()
    assert build([RUNNING, "3.1"], print) == {
        RUNNING: "not built: the build waits until 3.1 can be had",
        "3.1": f"not built: the source at hand is CPython {version}, not 3.1; name another one.",
    }
    assert present(RUNNING) == []


def test_a_name_without_a_source_does_not_hold_up_the_others_where_it_is_present(
    machine: Path, built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CPYTHON_SOURCE", str(source_tree(machine / "tree")))
    python(machine / "bin/python3.1", "3.1.4")
    version = platform.python_version()
    assert build([RUNNING, "3.1"], print, Recipe(optimized=True)) == {
        "3.1": f"not built: the source at hand is CPython {version}, not 3.1; name another one.",
    }
    assert [folder.name for folder in built.iterdir()] == [
        f"cpython-{version}{RUNNING.removeprefix(RUNNING_MINOR)}-optimized"
    ]


def test_without_apt_and_without_a_named_source_the_reason_is_said() -> None:
    assert build(["3.13"], print) == {
        "3.13": "not built: without apt-get there is no Debian source package; name a source with CPYTHON_SOURCE=…"
    }


def test_missing_requirements_are_the_reason_for_every_name(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CPYTHON_SOURCE", str(source_tree(machine / "tree")))
    (machine / "bin/make").unlink()
    reason = "not built: compiling CPython needs make, not found here; install what Debian calls build-essential"
    assert build(["3.13", "3.13t"], print) == {"3.13": reason, "3.13t": reason}


def test_what_another_process_built_meanwhile_is_not_built_again(
    machine: Path, built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CPYTHON_SOURCE", str(machine / "not even looked at"))
    messages: list[str] = []
    with (built.parent / "lock").open("a") as first:
        fcntl.flock(first, fcntl.LOCK_EX)

        def say(line: str) -> None:
            messages.append(line)
            python(built / "cpython-3.13.5/bin/python3.13", "3.13.5")
            fcntl.flock(first, fcntl.LOCK_UN)

        assert build(["3.13"], say) == {}
    assert messages == ["Another process is building interpreters in the same cache; waiting for it to finish."]


def test_the_one_with_the_gil_is_built_first_so_that_a_half_built_pair_is_completed(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    monkeypatch.setenv("CPYTHON_SOURCE", str(source_tree(machine / "tree")))
    monkeypatch.setattr(room, "install", lambda _source, name, *_: order.append(name))
    build([f"{RUNNING_MINOR}t", RUNNING_MINOR], print)
    assert order == [RUNNING_MINOR, f"{RUNNING_MINOR}t"]


def test_a_request_to_end_is_raised_inside_a_build_and_the_workspace_removed(
    machine: Path, built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CPYTHON_SOURCE", str(source_tree(machine / "tree")))
    monkeypatch.setattr(room, "install", lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    with pytest.raises(SystemExit) as caught:
        build([RUNNING], print)
    assert caught.value.code == 128 + signal.SIGTERM
    assert list(built.parent.glob("work-*")) == []
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
