"""The fib experiment without the harness: a script anyone would write, timed by hand, to check the harness with.

Run it under each interpreter on an otherwise idle machine, for example

    .nox/bench-3-13t/bin/python docs/plain_fib.py
    PYTHON_GIL=1 .nox/bench-3-13t/bin/python docs/plain_fib.py

It prints the median and the range of 15 rounds in milliseconds, with the start and stop of the pools, and each mode's
speed-up over serial within the same round. With `--way threads --rounds 5 --warmups 2` it times one mode alone
and prints the milliseconds of each round.
"""

import argparse
import statistics
import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

JOBS = [24] * 16
WORKERS = 2
ROUNDS = 15


def fib(n: int) -> int:
    return n if n < 2 else fib(n - 2) + fib(n - 1)


def serial() -> list[int]:
    return [fib(n) for n in JOBS]


def threads() -> list[int]:
    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(fib, JOBS))


def processes() -> list[int]:
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("fork")) as pool:
        return list(pool.map(fib, JOBS))


def milliseconds(mode) -> float:
    began = time.perf_counter()
    mode()
    return (time.perf_counter() - began) * 1000


def one_way(mode, rounds, warmups) -> None:
    times = [milliseconds(mode) for _ in range(warmups + rounds)]
    print(*times[warmups:], sep="\n")


def every_way(modes) -> None:
    rounds = [[milliseconds(mode) for mode in modes] for _ in range(ROUNDS + 1)][1:]  # the first round warms up
    gil = getattr(sys, "_is_gil_enabled", lambda: True)()
    print(f"{sys.version.split()[0]}, GIL {'on' if gil else 'off'}")
    for number, mode in enumerate(modes):
        times = [one_round[number] for one_round in rounds]
        speedup = statistics.median(one_round[0] / one_round[number] for one_round in rounds)
        print(
            f"{mode.__name__:<10}{statistics.median(times):8.1f}  [{min(times):.1f}, {max(times):.1f}]  ×{speedup:.2f}"
        )


if __name__ == "__main__":
    modes = {mode.__name__: mode for mode in (serial, threads, processes)}
    parser = argparse.ArgumentParser()
    parser.add_argument("--way", choices=modes, help="time this one alone (default: all of them, in turn)")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--warmups", type=int, default=1)
    options = parser.parse_args()
    if options.way:
        one_way(modes[options.way], options.rounds, options.warmups)
    else:
        every_way(list(modes.values()))
