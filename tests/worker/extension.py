"""Builds a C extension that does not declare that it can run without the GIL."""

import shlex
import shutil
import subprocess
import sys
from pathlib import Path

SOURCE = """
#include <Python.h>
static struct PyModuleDef_Slot slots[] = {{0, NULL}};
static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, .m_name = "NAME", .m_slots = slots};
PyMODINIT_FUNC PyInit_NAME(void) { return PyModuleDef_Init(&definition); }
"""


def compiler() -> str | None:
    """Return the compiler to build extensions for an interpreter with, None where there is none."""
    return next((name for name in ("gcc", "cc", "clang") if shutil.which(name)), None)


def build(folder: Path, name: str, python: str | Path = sys.executable) -> Path:
    """Build the extension `name` in a folder for an interpreter and return its file."""
    ask = "import sysconfig as s; print(s.get_path('include')); print(s.get_config_var('EXT_SUFFIX'))"
    include, suffix = subprocess.check_output([python, "-c", ask], text=True).splitlines()
    source, built = folder / f"{name}.c", folder / f"{name}{suffix}"
    source.write_text(SOURCE.replace("NAME", name), encoding="utf-8")
    bundle = "-bundle -undefined dynamic_lookup" if sys.platform == "darwin" else "-shared"
    name_of_compiler = compiler()
    assert name_of_compiler is not None
    line = [name_of_compiler, *shlex.split(bundle), "-fPIC", f"-I{include}", str(source), "-o", str(built)]
    subprocess.run(line, check=True)
    return built
