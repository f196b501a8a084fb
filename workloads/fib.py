"""CPU-bound: naive recursive Fibonacci. Nothing waits, so only bytecode that runs in parallel helps."""

BOUND = "cpu"
SIZES = {"quick": [22] * 8, "default": [24] * 16, "original": [35] * 20}


def run(n: int) -> int:
    return n if n < 2 else run(n - 2) + run(n - 1)
