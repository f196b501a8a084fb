from pathlib import Path

import pytest

from harness.interpreters import origin
from tests.interpreters.fakes import python, script


def test_pyenvs_are_named_by_version_and_executable(machine: Path) -> None:
    file = python(machine / "pyenv/versions/3.12.1/bin/python3.12", "3.12.1")
    assert origin(file) == "pyenv 3.12.1/bin/python3.12"


def test_uvs_are_named_by_install_and_executable(machine: Path) -> None:
    file = python(machine / "uv/cpython-3.13.8-linux-x86_64-gnu/bin/python3.13", "3.13.8")
    assert origin(file) == "uv cpython-3.13.8-linux-x86_64-gnu/bin/python3.13"


def test_built_ones_tell_what_they_were_built_from(built: Path) -> None:
    file = python(built / "cpython-3.13.5t/bin/python3.13t", "3.13.5")
    assert origin(file) == "built here, cpython-3.13.5t"
    (built / "cpython-3.13.5t/origin.txt").write_text("built here from Python-3.13.5.tar.xz\n")
    assert origin(file) == "built here from Python-3.13.5.tar.xz"


def test_one_on_path_is_named_by_its_file_alone(machine: Path) -> None:
    assert origin(python(machine / "bin/python3.12", "3.12.1")) == "PATH python3.12"


def test_one_named_by_its_path_does_not_show_the_folder(machine: Path) -> None:
    assert origin(python(machine / "home/ada/python3.13", "3.13.5")) == "named by its path, python3.13"


def test_an_environments_interpreter_has_the_origin_of_the_one_it_links_to(machine: Path) -> None:
    file = python(machine / "pyenv/versions/3.12.1/bin/python3.12", "3.12.1")
    (machine / "venv/bin").mkdir(parents=True)
    (machine / "venv/bin/python3").symlink_to(file)
    (machine / "venv/bin/python").symlink_to("python3")
    (machine / "venv/pyvenv.cfg").touch()
    assert origin(machine / "venv/bin/python") == "pyenv 3.12.1/bin/python3.12"


@pytest.mark.parametrize("answer", ["printf '%s\\n' '{base}'", "exit 1"])
def test_a_copy_in_an_environment_is_asked_for_its_base(machine: Path, answer: str) -> None:
    base = python(machine / "pyenv/versions/3.12.1/bin/python3.12", "3.12.1")
    copy = script(machine / "venv/bin/python", answer.format(base=base))
    (machine / "venv/pyvenv.cfg").touch()
    expected = "named by its path, python" if answer == "exit 1" else "pyenv 3.12.1/bin/python3.12"
    assert origin(copy) == expected
