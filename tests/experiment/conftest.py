"""Experiments with real worker processes under the interpreter that runs the tests."""

import io

import pytest
from rich.console import Console

from tests.shared.driver import bench, workload

__all__ = ["bench", "console", "workload"]


@pytest.fixture
def console() -> Console:
    """A console that is no terminal and keeps what is printed on it."""
    return Console(file=io.StringIO(), width=200)
