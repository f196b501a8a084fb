"""The environment of a worker: nothing of it may change what is measured without being recorded."""

import os
import re
from collections.abc import Mapping

from harness import ROOT

# They reach what is measured and change its speed: allocators, the dynamic linker, thread pools of numeric libraries,
# and the switches with which aiohttp's family leaves its compiled modules out.
_SPEED = re.compile(
    r"(MALLOC|MIMALLOC|TCMALLOC|JEMALLOC|OMP|GOMP|KMP|OPENBLAS|MKL|BLIS|NUMEXPR|VECLIB|OPENSSL|PYPERF)_\w+"
    r"|LD_\w+|DYLD_\w+|GLIBC_TUNABLES|SSLKEYLOGFILE|\w+_NO_EXTENSIONS"
)


def environment(python_gil: str | None) -> dict[str, str]:
    """Return what a worker sees: this process's environment without any PYTHON* setting but ours, and without proxies.

    requests takes a proxy from there and aiohttp does not, so the modes would not fetch the same way.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON") and not _is_proxy(name)}
    kept["PYTHONPATH"] = str(ROOT)
    kept["NO_PROXY"] = kept["no_proxy"] = "*"  # the system's own settings too (macOS)
    return kept if python_gil is None else {**kept, "PYTHON_GIL": python_gil}


def _is_proxy(name: str) -> bool:
    return name.lower().endswith("_proxy")


def has_proxy() -> bool:
    """Return whether the user's environment sets a proxy, which nothing here uses."""
    return any(_is_proxy(name) and name.lower() != "no_proxy" for name in os.environ)


def influences(variables: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """Return the names of the variables that change how fast things are; their values stay private."""
    return tuple(sorted(name for name, value in variables.items() if value and _SPEED.fullmatch(name)))
