"""Real worker processes: every test sends an order to `python -m harness.worker`, as the driver does."""

import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness import ROOT
from harness.worker.orders import MeasureOrder

MEASURE: MeasureOrder = {
    "task": "measure",
    "path": "",
    "mode": "serial",
    "workers": 1,
    "size": "default",
    "point": None,
    "scaling": "strong",
    "sites": [],
    "start_method": "fork",
    "loops": 1,
    "values": 1,
    "warmups": 0,
    "jobs": None,
    "watched": False,
}


@pytest.fixture
def send(tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """Return a function that lets a fresh process carry out an order and returns its reply."""

    def send(source: str, python_gil: str | None = None, **fields: Any) -> dict[str, Any]:
        file = tmp_path / "sample.py"
        file.write_text(textwrap.dedent(source), encoding="utf-8")
        outcome = tmp_path / "outcome.json"
        outcome.unlink(missing_ok=True)
        order = {**MEASURE, **fields, "path": str(file), "outcome": str(outcome)}
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        environment |= {"PYTHONPATH": str(ROOT)} | ({} if python_gil is None else {"PYTHON_GIL": python_gil})
        subprocess.run(
            [sys.executable, "-m", "harness.worker", json.dumps(order)],
            env=environment,
            check=False,
            capture_output=True,
            timeout=60,
        )
        reply: dict[str, Any] = json.loads(outcome.read_text(encoding="utf-8"))
        return reply

    return send
