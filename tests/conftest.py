"""What tests of several rooms need."""

import json
import sys

import pytest


@pytest.fixture
def environments(tmp_path):
    """A folder in which one interpreter is prepared: the one that runs the tests, which has pyperf too."""
    folder = tmp_path / "prepared"
    folder.mkdir()
    record = {"interpreter": "3.12", "python": sys.executable}
    (folder / "bench-3-12.json").write_text(json.dumps(record), encoding="utf-8")
    return folder
