"""Sittings whose measurements are made up, and one prepared interpreter: the one that runs the tests."""

import json
import sys

import pytest

from harness.performance.sitting import Sitting, Taken


@pytest.fixture
def prepared(tmp_path):
    """A folder in which the interpreter that runs the tests is prepared; it has pyperf too."""
    folder = tmp_path / "prepared"
    folder.mkdir()
    record = {"interpreter": "3.12", "python": sys.executable}
    (folder / "bench-3-12.json").write_text(json.dumps(record), encoding="utf-8")
    return folder


@pytest.fixture
def label():
    """The label of that interpreter's arm."""
    return f"{sys.version_info.major}.{sys.version_info.minor}"


@pytest.fixture
def here():
    """A sitting that keeps nothing."""
    return Sitting("sample", 1, None)


@pytest.fixture
def taking():
    """Return a function that makes a taker, which takes these seconds in turn; a text among them is a failure."""

    def make(*turns):
        left = list(turns)

        def take():
            turn = left.pop(0)
            return Taken(0.0, 0.1, failed=turn) if isinstance(turn, str) else Taken(turn, turn + 0.1)

        return take

    return make
