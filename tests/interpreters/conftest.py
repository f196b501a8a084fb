"""A machine of its own for each test: nothing that is installed here can be found."""

from pathlib import Path

import pytest


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty machine: folders bin (the whole PATH), pyenv, uv and cache below the one returned."""
    for folder in ("bin", "pyenv/versions", "uv", "cache"):
        (tmp_path / folder).mkdir(parents=True)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.setenv("UV_PYTHON_INSTALL_DIR", str(tmp_path / "uv"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name in ("CPYTHON_SOURCE", "CC", "CPPFLAGS"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def built(machine: Path) -> Path:
    """The folder of the machine's cache that holds built interpreters."""
    folder = machine / "cache" / "free-threading-harness" / "interpreters"
    folder.mkdir(parents=True)
    return folder
