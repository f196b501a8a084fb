"""Builders of interpreters and source trees with known properties."""

import json
import os
import platform
import shutil
import sys
import sysconfig
import tarfile
from pathlib import Path
from typing import Any

from harness.interpreters import Build, Interpreter

# The name of the interpreter that runs the tests: a fake tree "builds" this one.
RUNNING_MINOR = f"{sys.version_info.major}.{sys.version_info.minor}"
RUNNING = f"{RUNNING_MINOR}{'t' if sysconfig.get_config_var('Py_GIL_DISABLED') else ''}"

PLAIN = Build(
    implementation="CPython",
    version="3.13.5",
    free_threaded=False,
    debug=False,
    shared=False,
    pgo=False,
    lto=False,
    compiler="GCC 12.2.0",
    configure_args=(),
    optimization="-O3",
)


def build(version: str = "3.13.5", **traits: Any) -> Build:
    fields = {name: getattr(PLAIN, name) for name in PLAIN.__dataclass_fields__}
    return Build(**(fields | {"version": version} | traits))


def interpreter(name: str, version: str, place: str = "/elsewhere", **traits: Any) -> Interpreter:
    traits = {"free_threaded": name.endswith("t")} | traits
    return Interpreter(name, Path(place) / f"python{name}", f"test {version}", build(version, **traits))


def facts(version: str, *, free_threaded: bool = False, **more: Any) -> dict[str, Any]:
    """What harness/interpreters/probe.py prints."""
    config = {"CONFIG_ARGS": "", "CFLAGS": "-O3", "Py_GIL_DISABLED": int(free_threaded)} | more.pop("config", {})
    known = {"implementation": "CPython", "version": version, "compiler": "GCC 12.2.0", "debug": False}
    return known | {"libpython_is_mapped": False, "config": config} | more


def script(file: Path, text: str) -> Path:
    """An executable that needs nothing from PATH but what its text uses."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)  # never write through a link
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)
    return file


def python(file: Path, version: str, *, free_threaded: bool = False, **more: Any) -> Path:
    """An executable that answers the probe as an interpreter of that version would."""
    answer = json.dumps(facts(version, free_threaded=free_threaded, **more))
    return script(file, f"printf '%s\\n' '{answer}'")


def tools(folder: Path, *names: str) -> None:
    """Programs of the machine, for a PATH that holds no interpreter; no links, through which one could write."""
    for name in names:
        real = shutil.which(name, path=os.defpath)
        assert real, f"the tests need {name}"
        script(folder / name, f'exec {real} "$@"')


def source_tree(folder: Path, *, install: str = "", compile_step: str = "touch core.o") -> Path:
    """A tree whose configure and make install a wrapper around the running interpreter."""
    (folder / "Include").mkdir(parents=True)
    version = platform.python_version()
    (folder / "Include" / "patchlevel.h").write_text(f'#define PY_VERSION              "{version}"\n')
    wrapper = install or f'exec "{sys.executable}" "$@"'
    script(folder / "wrapper", wrapper)
    script(
        folder / "configure",
        f"""
        for argument in "$@"; do
            case $argument in --prefix=*) prefix=${{argument#--prefix=}};; esac
        done
        printf 'all:\\n\\t{compile_step}\\n' > Makefile
        printf 'install:\\n\\tmkdir -p $(DESTDIR)%s/bin\\n' "$prefix" >> Makefile
        printf '\\tcp {folder}/wrapper $(DESTDIR)%s/bin/python{RUNNING}\\n' "$prefix" >> Makefile
        """,
    )
    return folder


def tarball(tree: Path, file: Path) -> Path:
    with tarfile.open(file, "w:xz") as archive:
        archive.add(tree, arcname=tree.name)
    return file
