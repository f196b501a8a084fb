"""A digest of the worker's code: two runs with different digests were measured with different instruments."""

import hashlib

from harness import ROOT

WORKER = ROOT / "harness" / "worker"


def worker_sha256() -> str:
    """Return the SHA-256 over the names and bytes of harness/worker/*.py, in the order of their names."""
    digest = hashlib.sha256()
    for path in sorted(WORKER.glob("*.py")):
        code = path.read_bytes()
        digest.update(f"{path.name} {len(code)}\n".encode())
        digest.update(code)
    return digest.hexdigest()
