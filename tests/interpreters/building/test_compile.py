import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from harness.errors import UsageError
from harness.interpreters import describe, origin, progress
from harness.interpreters.building import cache
from harness.interpreters.building import compile as room
from harness.interpreters.building.recipe import Recipe
from harness.interpreters.building.source import Source
from tests.interpreters.fakes import RUNNING, source_tree, tools

VERSION = describe(Path(sys.executable)).version
PLAIN_RECIPE = Recipe()
FOLDER = f"cpython-{VERSION}{'t' if RUNNING.endswith('t') else ''}"


@pytest.fixture(autouse=True)
def build_tools(machine: Path, built: Path) -> None:
    tools(machine / "bin", "sh", "make", "mkdir", "cp", "touch", "cat", "sleep")
    (built.parent / "logs").mkdir()


def install(
    tree: Path, work: Path, origin_text: str = "built here from a test", recipe: Recipe = PLAIN_RECIPE
) -> list[str]:
    messages: list[str] = []
    room.install(Source(tree, VERSION, origin_text), RUNNING, recipe, work, messages.append)
    return messages


def test_a_complete_build_is_put_in_place_with_its_origin_and_without_its_log(machine: Path, built: Path) -> None:
    messages = install(source_tree(machine / "tree"), machine / "work")
    executable = built / FOLDER / "bin" / f"python{RUNNING}"
    assert describe(executable).version == VERSION
    assert (built / FOLDER / "origin.txt").read_text() == "built here from a test\n"
    assert not cache.log_file(FOLDER).exists()
    assert messages == [
        f"Building {FOLDER}: two to three minutes on two CPUs. Log: {cache.log_file(FOLDER)}",
        f"Built {FOLDER}.",
    ]


def test_python_variables_of_the_user_do_not_reach_the_build(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONHOME", "/nonsense")
    messages = install(source_tree(machine / "tree", compile_step='test -z "$$PYTHONHOME"'), machine / "work")
    assert messages[-1] == f"Built {FOLDER}."


def test_what_is_in_place_already_is_not_built_again(machine: Path) -> None:
    tree = source_tree(machine / "tree")
    install(tree, machine / "first")
    assert install(tree, machine / "second") == []


def test_another_source_or_a_broken_interpreter_is_replaced(machine: Path, built: Path) -> None:
    tree = source_tree(machine / "tree")
    install(tree, machine / "first")
    install(tree, machine / "second", "built here from another test")
    executable = built / FOLDER / "bin" / f"python{RUNNING}"
    assert origin(executable) == "built here from another test"
    executable.write_text("broken")
    assert len(install(tree, machine / "third", "built here from another test")) == 2
    assert describe(executable).version == VERSION


def test_a_build_that_fails_leaves_nothing_in_place_and_names_the_log(machine: Path, built: Path) -> None:
    tree = source_tree(machine / "tree", compile_step="@echo main.c: error: no such type >&2; exit 1")
    log = cache.log_file(FOLDER)
    log.write_text("the build before: error: old")
    with pytest.raises(UsageError) as caught:
        install(tree, machine / "work")
    assert str(caught.value) == f"{FOLDER}: compiling failed (main.c: error: no such type); see {log}"
    assert "main.c: error: no such type" in log.read_text()
    assert list(built.iterdir()) == []


def test_a_configure_that_fails_is_reported_by_its_last_line_where_it_names_no_error(machine: Path) -> None:
    tree = source_tree(machine / "tree")
    (tree / "configure").write_text("echo first; echo last; exit 1")
    with pytest.raises(UsageError, match=r": configuring failed \(last\); see "):
        install(tree, machine / "work")


def test_an_interpreter_without_its_modules_is_never_put_in_place(machine: Path, built: Path) -> None:
    tree = source_tree(machine / "tree", install="echo \"ModuleNotFoundError: No module named '_ssl'\" >&2; exit 1")
    with pytest.raises(UsageError) as caught:
        install(tree, machine / "work")
    assert str(caught.value) == (
        f"python{RUNNING} was compiled but does not work (ModuleNotFoundError: No module named '_ssl'); "
        f"see {cache.log_file(FOLDER)}"
    )
    assert list(built.iterdir()) == []


def test_an_interpreter_whose_gil_is_not_what_its_name_says_is_never_put_in_place(machine: Path, built: Path) -> None:
    tree = source_tree(machine / "tree", install=f"echo {RUNNING.endswith('t')}")
    with pytest.raises(UsageError, match="its GIL is not what its name says"):
        install(tree, machine / "work")
    assert list(built.iterdir()) == []


def test_an_interrupted_build_leaves_no_compiler_running_and_nothing_in_place(
    machine: Path, built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "LINES_SECONDS", 0.01)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: False)
    started = machine / "started"
    tree = source_tree(machine / "tree", compile_step=f"sleep 600 & echo $$! > {started}; wait")

    def say(line: str) -> None:
        if "compiling" in line and started.exists() and started.read_text().strip():
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        room.install(Source(tree, VERSION, "built here from a test"), RUNNING, PLAIN_RECIPE, machine / "work", say)
    wait_for_the_end_of(int(started.read_text()))
    assert list(built.iterdir()) == []


def wait_for_the_end_of(process: int) -> None:
    """Return once a process is gone or only waits to be collected: a signal takes a moment to arrive."""
    for _ in range(1000):
        try:
            state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return
        if state in "ZX":
            return
        time.sleep(0.01)
    pytest.fail(f"process {process} runs on")


@pytest.mark.parametrize(
    ("recipe", "more"), [(Recipe(), []), (Recipe(optimized=True), ["--enable-optimizations", "--with-lto"])]
)
def test_pairs_are_configured_alike_but_for_the_gil(
    machine: Path, built: Path, monkeypatch: pytest.MonkeyPatch, recipe: Recipe, more: list[str]
) -> None:
    configured: list[Sequence[str]] = []

    def configure(_label: str, command: Sequence[str], *_: object) -> None:
        configured.append(command)
        raise UsageError

    monkeypatch.setattr(room, "_run", configure)
    for name in ("3.13", "3.13t"):
        with pytest.raises(UsageError):
            room.install(Source(machine / "tree", "3.13.5", "a test"), name, recipe, machine / name, lambda _: None)
    start = ["sh", f"{machine}/tree/configure", "-q"]
    options = ["--without-ensurepip", "--disable-test-modules", *more]
    assert configured == [
        [*start, f"--prefix={built}/cpython-3.13.5{recipe.suffix}", *options],
        [*start, f"--prefix={built}/cpython-3.13.5t{recipe.suffix}", *options, "--disable-gil"],
    ]


def test_an_optimized_build_has_a_place_of_its_own_and_its_message_says_how_long_it_takes(
    machine: Path, built: Path
) -> None:
    tree = source_tree(machine / "tree")
    install(tree, machine / "first")
    optimized = f"{FOLDER}-optimized"
    assert install(tree, machine / "second", recipe=Recipe(optimized=True)) == [
        f"Building {optimized}: up to an hour with PGO and LTO on two CPUs. Log: {cache.log_file(optimized)}",
        f"Built {optimized}.",
    ]
    assert sorted(folder.name for folder in built.iterdir()) == [FOLDER, optimized]
