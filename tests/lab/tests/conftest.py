"""Sittings whose measurements are made up."""

import sys
from collections.abc import Callable
from typing import Any

import pytest

from harness.selftest.session import Sitting, Taken


@pytest.fixture
def label():
    """The label of that interpreter's arm."""
    return f"{sys.version_info.major}.{sys.version_info.minor}"


@pytest.fixture
def here():
    """A sitting that keeps nothing."""
    return Sitting("sample", 1, None)


@pytest.fixture
def taking() -> Callable[..., Any]:
    """Return a function that makes a taker, which takes these seconds in turn; a text among them is a failure."""

    def make(*turns):
        left = list(turns)

        def take():
            turn = left.pop(0)
            return Taken(0.0, 0.1, failed=turn) if isinstance(turn, str) else Taken(turn, turn + 0.1)

        return take

    return make
