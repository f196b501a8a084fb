"""Find, download or build the CPython interpreters to compare, and describe how each was built."""

from harness.interpreters.build_description import Build, Interpreter, describe
from harness.interpreters.building.recipe import requested
from harness.interpreters.installed import present
from harness.interpreters.origin import origin
from harness.interpreters.overview import table
from harness.interpreters.places import search_path
from harness.interpreters.provision import SOURCES, provide

__all__ = [
    "SOURCES",
    "Build",
    "Interpreter",
    "describe",
    "origin",
    "present",
    "provide",
    "requested",
    "search_path",
    "table",
]
