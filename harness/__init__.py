"""The free-threading experiment harness: the same work under several CPython builds and concurrency modes."""

from pathlib import Path

__version__ = "0.2.0"

INTERPRETERS = ("3.12", "3.13", "3.13t")  # that `nox -s bench` compares

ROOT = Path(__file__).resolve().parent.parent
WORKLOADS = ROOT / "workloads"
