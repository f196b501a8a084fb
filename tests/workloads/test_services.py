"""Every service answers rightly in every mode, from a real server under this interpreter, and is gone afterwards."""

import json
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from harness import ROOT
from harness.worker import gil, workload_file

SERVICES = [
    file
    for file in sorted((ROOT / "workloads").glob("[!_]*.py"))
    if workload_file.is_service(workload_file.module(str(file)))
]


@pytest.mark.parametrize("file", SERVICES, ids=lambda path: path.stem)
@pytest.mark.parametrize(("mode", "workers"), [("serial", 1), ("threads", 2), ("processes", 2)])
def test_a_service_answers_rightly_in_every_mode_and_ends_when_told_to(
    file: Path, mode: str, workers: int, tmp_path: Path
) -> None:
    order = {"task": "serve", "path": str(file), "mode": mode, "workers": workers, "size": "quick", "sites": []}
    files = {"ready": str(tmp_path / "ready"), "outcome": str(tmp_path / "outcome")}
    command = json.dumps({**order, **files, "point": None, "jobs": 4, "start_method": "fork", "scaling": "strong"})
    with subprocess.Popen([sys.executable, "-m", "harness.worker", command], cwd=ROOT) as server:
        try:
            announcement = announced(server, tmp_path / "ready")
            address = f"http://127.0.0.1:{announcement['port']}"
            answers = [asked(address + path) for path in announcement["jobs"]]
            pong = asked(address + "/ping")
        finally:
            server.terminate()

    assert (answers, len(answers)) == (announcement["expected"], 4)
    assert pong == "pong"
    assert server.returncode == 0
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", announcement["port"]), timeout=5).close()
    done = json.loads((tmp_path / "outcome").read_text())["done"]
    on = gil.enabled()
    assert {done["gil"][name] for name in ("before_import", "after_import", "at_end")} == {on}
    pool = [{"before_import": on, "after_import": on, "at_end": on}]
    assert done["gil"]["pool"] == (pool * len(done["gil"]["pool"]) if mode == "processes" else [])
    assert len(done["gil"]["pool"]) in ((1, 2) if mode == "processes" else (0,))


def announced(server: subprocess.Popen[bytes], file: Path) -> dict[str, Any]:
    """What the server leaves when it listens."""
    while not file.exists():
        assert server.poll() is None, "the server ended before it listened"
        time.sleep(0.01)
    announcement: dict[str, Any] = json.loads(file.read_text())
    return announcement


def asked(url: str) -> Any:
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=60) as response:
        return json.load(response)
