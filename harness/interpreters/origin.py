"""Where an interpreter came from, in words that show no path of this machine."""

from pathlib import Path

from harness.errors import UsageError
from harness.interpreters.build_description import ask
from harness.interpreters.building import cache
from harness.interpreters.places import on_path, pyenv_versions, uv_installs

ORIGIN_FILE = "origin.txt"  # a build leaves its origin in its folder in the cache


def origin(executable: Path) -> str:
    """Return where an interpreter came from: "pyenv 3.12.1/bin/python3.12", "PATH python3.12".

    For the interpreter of a virtual environment it is the origin of the one the environment was made from.
    """
    base = _base(executable)
    built = cache.interpreters().resolve()
    if base.is_relative_to(built):
        return _built_origin(built / base.relative_to(built).parts[0])
    for tool, folder in (("pyenv", pyenv_versions().resolve()), ("uv", uv_installs().resolve())):
        if base.is_relative_to(folder):
            return f"{tool} {base.relative_to(folder)}"
    if base.parent in [folder.resolve() for folder in on_path()]:
        return f"PATH {base.name}"
    return f"named by its path, {base.name}"


def _base(executable: Path) -> Path:
    resolved = executable.resolve()
    if not (resolved.parent.parent / "pyvenv.cfg").exists():
        return resolved
    try:  # a copy in an environment, not a link: only the interpreter itself knows
        return Path(ask(resolved, "-c", "import sys; print(sys._base_executable)").strip()).resolve()
    except UsageError:
        return resolved


def _built_origin(folder: Path) -> str:
    try:
        return (folder / ORIGIN_FILE).read_text(encoding="utf-8").strip()
    except OSError:
        return f"built here, {folder.name}"
