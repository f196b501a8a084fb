"""CPU-bound control: SHA-256 of large buffers. hashlib releases the GIL, so threads help on every arm."""

import hashlib

GROUP = "controls"
BUFFER = bytes(range(256)) * 4096  # 1 MiB: hashlib releases the GIL from 2 KiB on
SIZES = {"quick": [10] * 4, "default": [20] * 8}


def run(rounds):
    digest = hashlib.sha256()
    for _ in range(rounds):
        digest.update(BUFFER)
    return digest.hexdigest()
