"""CPU-bound: naive recursive Fibonacci. Nothing waits, so only bytecode that runs in parallel helps."""

BOUND = "cpu"
SIZES = {"quick": [22] * 8, "default": [24] * 16, "original": [35] * 20}
WEAK_SIZES = {"original": [35]}  # for each worker, as in Real Python's article on Python 3.13


def run(n: int) -> int:
    return n if n < 2 else run(n - 2) + run(n - 1)
