"""Say which extension module switches the GIL on when a workload is imported, in a process of its own."""

import importlib
import importlib.metadata
import sys
import warnings
from collections.abc import Callable
from importlib.machinery import ExtensionFileLoader
from typing import Any

from harness.worker import gil, workload_file

# CPython warns once in a process: "The global interpreter lock (GIL) has been enabled to load module 'x', which has not
# declared that it can run safely without the GIL."
WARNING = "has been enabled to load module '"


def culprits(order: dict[str, Any]) -> dict[str, Any]:
    """Import the workload at `order["path"]` as a trial does, or `order["module"]` alone, found in `order["folders"]`.

    Returns whether the GIL came back on; `named`: the module that CPython's warning names, which is the first one
    only; and what it takes to try the others: `extensions`, loaded now and not the standard library's, and `folders`.
    """
    module, before = order["module"], gil.enabled()
    if module is not None:
        sys.path[:] = order["folders"]
    named = _named((lambda: _open(order["path"])) if module is None else (lambda: importlib.import_module(module)))
    switched = gil.enabled() and not before
    if switched and module is not None and not named:  # whatever silenced the warning, it was this import
        named = [module]
    return {
        "switched_on": switched,
        "named": [_described(name) for name in named],
        "extensions": _extensions(),
        "folders": sys.path,
    }


def _named(load: Callable[[], object]) -> list[str]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        load()
        said = [str(each.message) for each in caught]
    return [text.partition(WARNING)[2].partition("'")[0] for text in said if WARNING in text]


def _open(path: str) -> None:
    loaded = workload_file.module(path)
    for mode in ("serial", "asyncio"):
        if workload_file.obstacle(loaded, mode) is None:
            workload_file.open_once(loaded, mode)
    importlib.import_module("pyperf")


def _extensions() -> list[str]:
    loaders = {name: getattr(getattr(module, "__spec__", None), "loader", None) for name, module in sys.modules.items()}
    return [
        name
        for name, loader in loaders.items()
        if isinstance(loader, ExtensionFileLoader) and name.partition(".")[0] not in sys.stdlib_module_names
    ]


def _described(name: str) -> dict[str, str | None]:
    """Return the module with the distribution that brings it, where there is one."""
    owners = importlib.metadata.packages_distributions().get(name.partition(".")[0], [])
    return {"module": name, "distribution": owners[0] if owners else None}
