"""The GIL of this process and of its build."""

import sys


def enabled() -> bool:
    """Return whether the GIL is on now; always true before CPython 3.13, which cannot turn it off."""
    ask = getattr(sys, "_is_gil_enabled", None)
    return True if ask is None else bool(ask())


def free_threaded_build() -> bool:
    """Return whether this build can run without the GIL (`Py_GIL_DISABLED`, which the ABI flag `t` stands for)."""
    return "t" in sys.abiflags
