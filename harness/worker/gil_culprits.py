"""Name the extension module that switches the GIL on when a workload is imported, in a process of its own."""

import importlib
import importlib.metadata
import sys
import warnings
from collections.abc import Callable
from importlib.machinery import ExtensionFileLoader

from harness.worker import gil, workload_file
from harness.worker.orders import CulpritsAnswer, CulpritsOrder, LoadedModule

# CPython warns once in a process: "The global interpreter lock (GIL) has been enabled to load module 'x', which has not
# declared that it can run safely without the GIL."
WARNING = "has been enabled to load module '"


def culprits(order: CulpritsOrder) -> CulpritsAnswer:
    """Import what the order names, and return what that did to the GIL."""
    module = order["module"]
    before = gil.enabled()
    if module is None:
        named = _named_while(lambda: _open(order["path"]))
    else:
        sys.path[:] = order["folders"]
        named = _named_while(lambda: importlib.import_module(module))
    switched_on = gil.enabled() and not before
    if switched_on and module is not None and not named:  # whatever silenced the warning, it was this import
        named = [module]
    return {
        "switched_on": switched_on,
        "named": [_with_distribution(name) for name in named],
        "extensions": _extensions(),
        "folders": sys.path,
    }


def _named_while(load: Callable[[], object]) -> list[str]:
    """Load, and return the modules that CPython's warnings name meanwhile."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        load()
    texts = [str(warning.message) for warning in caught]
    return [text.partition(WARNING)[2].partition("'")[0] for text in texts if WARNING in text]


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


def _with_distribution(name: str) -> LoadedModule:
    owners = importlib.metadata.packages_distributions().get(name.partition(".")[0], [])
    return {"module": name, "distribution": owners[0] if owners else None}
