"""CPU-bound and short: an order takes some of its equal jobs, 20 or 21 for example, so a known 5 % can be asked for."""

from workloads.fib import run

__all__ = ["BOUND", "JOBS", "run", "run_async"]

BOUND = "cpu"
JOBS = [22] * 84


async def run_async(n: int) -> int:
    """Do the same, so that the asyncio mode can be measured."""
    return run(n)
