"""A canary: a fixed piece of work of a millisecond or two, timed directly before and after every value.

A shared machine changes its speed within seconds, because of a neighbour on the same physical core, and neither load
nor steal time shows it. A canary's time, taken where the work is measured, does. Ratios are adjusted by it, so it has
to be the same under every arm: it is zlib's C code in a process with a single thread. Interpreters add different costs
to it, memory that the allocator fetches again each time most of all. So the text is compressed three times with the
same memory, the first time to have touched it, and the faster one of the other two counts. Several canaries at once are
forked, in the threads mode too: two threads have to take the GIL again after each call, which on a free-threaded build
with its GIL on took longer than elsewhere.
"""

import os
import struct
import sys
import zlib
from itertools import pairwise
from time import perf_counter

TEXT = " ".join(str(n * n % 9973) for n in range(9000)).encode()[:16_000]


def kind(count: int) -> str:
    """Name what was timed; only canaries of the same kind compare."""
    return f"zlib {zlib.ZLIB_RUNTIME_VERSION}" + ("" if count == 1 else f", {count} processes")


def how_many(mode: str, workers: int, start_method: str, cpus: int) -> int:
    """Return how many canaries run at once: as many as the work has CPUs, where that disturbs nothing.

    Several are forked. That is legal in threads mode on Linux, where the threads of a loop are gone when it ends; where
    processes are not forked, one canary runs in the parent's own thread.
    """
    forked = (mode == "threads" and sys.platform == "linux") or (mode == "processes" and start_method == "fork")
    return max(1, min(workers, cpus)) if forked else 1


def seconds(count: int) -> float:
    """Run `count` canaries at once and return the seconds of the slowest."""
    return _once() if count == 1 else _in_processes(count)


def _once() -> float:
    packer = zlib.compressobj()
    moments = []
    for _ in range(3):
        packer.compress(TEXT)
        packer.flush(zlib.Z_FULL_FLUSH)
        moments.append(perf_counter())
    return min(after - before for before, after in pairwise(moments))


def _keep_to(number: int) -> None:
    """Give one canary's process, which ends with it, a CPU of its own."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {sorted(os.sched_getaffinity(0))[number]})


def _in_processes(count: int) -> float:
    # Not a pool: nothing but fork, a pipe to start them together and one that takes eight bytes from each.
    waiting, start = os.pipe()
    answers, answer = os.pipe()
    children = []
    for number in range(count):
        child = os.fork()
        if child == 0:
            try:
                os.close(start)
                _keep_to(number)
                os.read(waiting, 1)  # returns at end of file, which comes to all of them at once
                os.write(answer, struct.pack("d", _once()))
            finally:
                os._exit(0)
        children.append(child)
    for end in (start, waiting, answer):
        os.close(end)
    with os.fdopen(answers, "rb") as file:
        slowest: float = max(seconds for (seconds,) in struct.iter_unpack("d", file.read()))
    for child in children:
        os.waitpid(child, 0)
    return slowest
