"""What tests of several rooms need."""

import json
import os
import signal
import sys
import tempfile
from pathlib import Path

import pytest

# What is started in the background may have these ignored, and every process that a test interrupts would inherit it.
for number in (signal.SIGINT, signal.SIGHUP):
    if signal.getsignal(number) == signal.SIG_IGN:
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)

# Tests run in several processes at once. What one of them measures must not wait for the machine's lock of another.
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ["TMPDIR"] = tempfile.tempdir = tempfile.mkdtemp(prefix=f"{os.environ['PYTEST_XDIST_WORKER']}-")


@pytest.fixture
def environments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which one interpreter is prepared: the one that runs the tests, which has pyperf too.

    The machine's lock is the test's own: what other tests measure at the same time disturbs nothing here.
    """
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    folder = tmp_path / "prepared"
    folder.mkdir()
    record = {"interpreter": "3.12", "python": sys.executable}
    (folder / "bench-3-12.json").write_text(json.dumps(record), encoding="utf-8")
    return folder
