"""Find, download or build the CPython interpreters to compare, and describe how each was built."""

from harness.interpreters.builds import Build, Interpreter, describe
from harness.interpreters.local import present
from harness.interpreters.match import mismatches
from harness.interpreters.origins import origin
from harness.interpreters.overview import table
from harness.interpreters.places import search_path
from harness.interpreters.sources import SOURCES, provide

__all__ = [
    "SOURCES",
    "Build",
    "Interpreter",
    "describe",
    "mismatches",
    "origin",
    "present",
    "provide",
    "search_path",
    "table",
]
