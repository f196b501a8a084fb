"""The digest that identifies the measuring instrument."""

import hashlib
from pathlib import Path

import pytest

from harness.experiment.process import worker_code


def test_the_digest_covers_the_name_and_the_bytes_of_every_worker_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "b.py").write_bytes(b"two")
    (tmp_path / "a.py").write_bytes(b"one")
    (tmp_path / "notes.txt").write_bytes(b"not code")
    monkeypatch.setattr(worker_code, "WORKER", tmp_path)

    assert worker_code.worker_sha256() == hashlib.sha256(b"a.py 3\noneb.py 3\ntwo").hexdigest()


def test_the_digest_is_of_the_code_that_workers_run() -> None:
    assert (worker_code.WORKER / "__main__.py").is_file()
