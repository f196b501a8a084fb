"""Folders that hold interpreters, and the PATH on which the chosen ones are found."""

import os
from collections.abc import Sequence
from pathlib import Path

from harness.interpreters.build_description import Interpreter


def on_path() -> list[Path]:
    """Return the folders of PATH, without shims: those start whatever version is selected, or refuse."""
    folders = [Path(entry) for entry in os.get_exec_path()]
    return [folder for folder in folders if folder.is_absolute() and folder.name != "shims"]


def pyenv_versions() -> Path:
    """Return the folder of pyenv's versions; it may not exist."""
    return Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"


def uv_installs() -> Path:
    """Return the folder in which uv keeps the interpreters it installed; it may not exist."""
    given = os.environ.get("UV_PYTHON_INSTALL_DIR")
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(given) if given else Path(data) / "uv" / "python"


def search_path(interpreters: Sequence[Interpreter], path: str) -> str:
    """Return a PATH on which python3.13, python3.13t … are exactly these interpreters.

    Their folders go in front of `path`, a folder that holds another one's name after that one's own: a build
    without the GIL brings a python3.13 of its own.
    """
    waiting = list(interpreters)
    folders: list[str] = []
    while waiting:
        first = next((one for one in waiting if not any(_hides(one, other) for other in waiting)), waiting[0])
        folders.append(str(first.executable.parent))
        waiting.remove(first)
    return os.pathsep.join([*dict.fromkeys(folders), *([path] if path else [])])


def _hides(one: Interpreter, other: Interpreter) -> bool:
    file = one.executable.with_name(f"python{other.name}")
    return file.exists() and file.resolve() != other.executable.resolve()
