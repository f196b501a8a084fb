import shutil
from pathlib import Path

import pytest

from harness.interpreters import Interpreter, describe, places, search_path
from tests.interpreters.fakes import python


def found(name: str, file: Path) -> Interpreter:
    return Interpreter(name, file, "test", describe(file))


def test_the_build_with_the_gil_comes_before_a_folder_with_a_python_of_the_same_name(tmp_path: Path) -> None:
    free = found("3.13t", python(tmp_path / "free/python3.13t", "3.13.5", free_threaded=True))
    python(tmp_path / "free/python3.13", "3.13.5", free_threaded=True)
    gil = found("3.13", python(tmp_path / "gil/python3.13", "3.13.5"))
    path = search_path([free, gil], "/usr/bin:/bin")
    assert path == f"{tmp_path}/gil:{tmp_path}/free:/usr/bin:/bin"
    assert shutil.which("python3.13", path=path) == str(gil.executable)
    assert shutil.which("python3.13t", path=path) == str(free.executable)


def test_a_shared_folder_comes_after_those_whose_names_it_holds_too(tmp_path: Path) -> None:
    system = found("3.12", python(tmp_path / "system/python3.12", "3.12.1"))
    python(tmp_path / "system/python3.13", "3.13.0")
    ours = found("3.13", python(tmp_path / "ours/python3.13", "3.13.5"))
    assert search_path([system, ours], "/bin") == f"{tmp_path}/ours:{tmp_path}/system:/bin"


def test_a_folder_with_two_of_them_is_there_once_and_an_empty_path_adds_nothing(tmp_path: Path) -> None:
    one = found("3.12", python(tmp_path / "python3.12", "3.12.1"))
    other = found("3.13", python(tmp_path / "python3.13", "3.13.0"))
    assert search_path([one, other], "") == str(tmp_path)


def test_shims_and_relative_entries_of_path_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/a/shims:.:/usr/bin::relative")
    assert places.on_path() == [Path("/usr/bin")]


def test_the_default_folders_of_pyenv_and_uv_are_below_home(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PYENV_ROOT", "UV_PYTHON_INSTALL_DIR", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", "/ada")
    assert places.pyenv_versions() == Path("/ada/.pyenv/versions")
    assert places.uv_installs() == Path("/ada/.local/share/uv/python")
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    assert places.uv_installs() == Path("/data/uv/python")
