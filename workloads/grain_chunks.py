"""CPU-bound: the same small jobs, sent to processes one by one or in chunks (`executor.map(..., chunksize=n)`)."""

GROUP = "break-even"
SERIES = "jobs per chunk"
CHUNK_SIZE = {size: size for size in (1, 4, 16, 64, 256)}
SIZES = {"quick": dict.fromkeys(CHUNK_SIZE, [200] * 4000), "default": dict.fromkeys(CHUNK_SIZE, [800] * 4000)}


def run(steps):
    total = 0
    for number in range(steps):
        total += number & 7
    return total
