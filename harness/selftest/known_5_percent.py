"""CPU-bound and short: an order takes 20 or 21 of its equal jobs, so a known 5 % can be asked for."""

from workloads.fib import run

__all__ = ["BOUND", "JOBS", "run"]

BOUND = "cpu"
JOBS = [22] * 21
