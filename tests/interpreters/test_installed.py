from pathlib import Path

import pytest

from harness.interpreters import present
from harness.interpreters.installed import interpreters, look
from tests.interpreters.fakes import python, script


def test_pyenvs_versions_are_read_directly(machine: Path) -> None:
    old = python(machine / "pyenv/versions/3.13.0/bin/python3.13", "3.13.0")
    new = python(machine / "pyenv/versions/3.13.10/bin/python3.13", "3.13.10")
    python(machine / "pyenv/versions/3.12.1/bin/python3.12", "3.12.1")
    assert present("3.13") == [new, old]


def test_shims_are_never_started(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started = machine / "started"
    script(machine / "pyenv/shims/python3.13", f": > {started}")
    monkeypatch.setenv("PATH", f"{machine / 'pyenv/shims'}:{machine / 'bin'}")
    assert present("3.13") == []
    assert not started.exists()


def test_a_3_13t_installs_own_python3_13_is_not_taken_for_3_13(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = machine / "pyenv/versions/3.13.5t/bin"
    free = python(folder / "python3.13t", "3.13.5", free_threaded=True)
    python(folder / "python3.13", "3.13.5", free_threaded=True)
    monkeypatch.setenv("PATH", f"{folder}:{machine / 'bin'}")
    assert present("3.13") == []
    assert present("3.13t") == [free]


def test_an_executable_that_is_another_version_than_its_name_says_is_not_taken(machine: Path) -> None:
    python(machine / "bin/python3.13", "3.12.1")
    python(machine / "bin/python3.13t", "3.13.5", free_threaded=False)
    assert present("3.13") == []
    assert present("3.13t") == []


def test_uvs_installs_are_found_with_and_without_the_gil(machine: Path) -> None:
    gil = python(machine / "uv/cpython-3.13.8-linux-x86_64-gnu/bin/python3.13", "3.13.8")
    free = python(
        machine / "uv/cpython-3.13.8+freethreaded-linux-x86_64-gnu/bin/python3.13t", "3.13.8", free_threaded=True
    )
    assert present("3.13") == [gil]
    assert present("3.13t") == [free]


def test_built_interpreters_are_found_in_the_cache(built: Path) -> None:
    free = python(built / "cpython-3.13.5t/bin/python3.13t", "3.13.5", free_threaded=True)
    assert present("3.13t") == [free]


def test_folders_of_other_versions_are_not_even_asked(machine: Path) -> None:
    started = machine / "started"
    for folder in ("3.1.5", "3.130.1", "3.12.1", "3.13.5t", "pypy3.13-7.3"):
        script(machine / "pyenv/versions" / folder / "bin/python3.13", f": > {started}")
    assert present("3.13") == []
    assert not started.exists()


def test_an_interpreter_that_several_links_lead_to_is_one(machine: Path) -> None:
    real = python(machine / "pyenv/versions/3.13.0/bin/python3.13", "3.13.0")
    (machine / "pyenv/versions/3.13").symlink_to(machine / "pyenv/versions/3.13.0")
    (machine / "bin/python3.13").symlink_to(real)
    assert present("3.13") == [real]


def test_a_copy_in_a_virtual_environment_is_left_alone(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python(machine / "venv/bin/python3.13", "3.13.0")
    (machine / "venv/pyvenv.cfg").touch()
    monkeypatch.setenv("PATH", str(machine / "venv/bin"))
    assert present("3.13") == []


def test_a_broken_interpreter_is_passed_over(machine: Path) -> None:
    script(machine / "bin/python3.13", "exit 1")
    good = python(machine / "pyenv/versions/3.13.0/bin/python3.13", "3.13.0")
    assert present("3.13") == [good]


def test_final_releases_come_before_candidates_and_release_builds_before_debug_builds(machine: Path) -> None:
    versions = machine / "pyenv/versions"
    for version in ("3.14.0a7", "3.14.0", "3.14.0rc2", "3.14.0rc9", "3.14.0rc10"):
        python(versions / version / "bin/python3.14", version)
    python(versions / "3.14.1-debug/bin/python3.14", "3.14.1", debug=True)
    found = [one.build.version for one in interpreters("3.14")]
    assert found == ["3.14.0", "3.14.0rc10", "3.14.0rc9", "3.14.0rc2", "3.14.0a7", "3.14.1"]


def test_what_is_not_present_is_said_for_each_name(machine: Path) -> None:
    python(machine / "bin/python3.12", "3.12.1")
    reason = "not found on PATH, among pyenv's versions, uv's installs or in the cache"
    assert look(["3.12", "3.13t"], print) == {"3.13t": reason}
