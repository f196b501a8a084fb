"""Run by the interpreter that is being described: prints what it knows of itself as JSON.

It must run on any Python 3 that a user may name by mistake, so it uses nothing recent.
"""

import json
import platform
import sys
import sysconfig
from pathlib import Path

# Where configure arguments and flags have been seen; builders that hide one of them leave another.
CONFIG_VARS = (
    "CONFIG_ARGS",
    "OPT",
    "CFLAGS",
    "CFLAGS_NODIST",
    "CONFIGURE_CFLAGS_NODIST",
    "PY_CFLAGS_NODIST",
    "PY_CORE_CFLAGS",
    "LDFLAGS",
    "LDFLAGS_NODIST",
    "PY_LDFLAGS_NODIST",
    "PY_CORE_LDFLAGS",
    "Py_DEBUG",
    "Py_ENABLE_SHARED",
    "Py_GIL_DISABLED",
    "PYTHONFRAMEWORK",
)


def libpython_is_mapped() -> "bool | None":
    """Whether this process runs from a shared libpython; None where the system cannot tell."""
    try:
        with Path("/proc/self/maps").open() as maps:
            return any(line.rstrip().rpartition("/")[2].startswith("libpython") for line in maps)
    except (OSError, UnicodeDecodeError):
        return None


def main() -> None:
    """Print the facts."""
    facts = {
        "implementation": platform.python_implementation(),
        "version": platform.python_version(),
        "compiler": platform.python_compiler(),
        "debug": hasattr(sys, "gettotalrefcount"),
        "libpython_is_mapped": libpython_is_mapped(),
        "config": {name: sysconfig.get_config_var(name) for name in CONFIG_VARS},
    }
    print(json.dumps(facts))


main()
