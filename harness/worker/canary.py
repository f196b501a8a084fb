"""A canary: a fixed piece of work of a millisecond or two, timed directly before and after every value.

A shared machine changes its speed within seconds, because of a neighbour on the same physical core, and neither load
nor steal time shows it. A canary's time, taken in the thread that measures, does. It is zlib's C code, the same under
every arm, and it lets go of the GIL. Interpreters add different costs to it: memory that the allocator fetches again
each time, most of all, and the wait for the GIL at the end. So the text is compressed three times with the same memory,
the first time to have touched it, and the faster one of the other two counts: with one call of zlib.compress, canaries
took longer on 3.13t than elsewhere, in threads most of all.
"""

# ruff: noqa: PLC0415 - a trial must not pay for what its mode does not use

import os
import struct
import zlib
from itertools import pairwise
from time import perf_counter

MEETING_SECONDS = 10.0  # for threads that start together: one that died before must not keep the others waiting
TEXT = " ".join(str(n * n % 9973) for n in range(9000)).encode()[:16_000]


def kind(mode: str, count: int) -> str:
    """Name what was timed; only canaries of the same kind compare."""
    where = "" if count == 1 else " threads" if mode == "threads" else " processes"
    return f"zlib {zlib.ZLIB_RUNTIME_VERSION}" + (f", {count}{where}" if where else "")


def how_many(mode: str, workers: int, start_method: str, cpus: int) -> int:
    """Return how many canaries run at once: as many as the work has CPUs, where that disturbs nothing.

    Starting a thread changes the state of 3.13t's objects, so only the threads mode may start threads for canaries.
    The work of processes is elsewhere, so their canaries are forked; where processes are not forked, one canary runs in
    the parent's own thread.
    """
    several = mode == "threads" or (mode == "processes" and start_method == "fork")
    return max(1, min(workers, cpus)) if several else 1


def seconds(mode: str, count: int) -> float:
    """Run `count` canaries at once and return the seconds of the slowest."""
    if count == 1:
        return _once()
    return _in_threads(count) if mode == "threads" else _in_processes(count)


def _once() -> float:
    packer = zlib.compressobj()
    moments = []
    for _ in range(3):
        packer.compress(TEXT)
        packer.flush(zlib.Z_FULL_FLUSH)
        moments.append(perf_counter())
    return min(after - before for before, after in pairwise(moments))


def _keep_to(number: int) -> None:
    """Give one canary thread or process, which ends with it, a CPU of its own.

    Under the GIL the kernel starts both threads on one CPU, where they take twice as long on a quiet machine too.
    """
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {sorted(os.sched_getaffinity(0))[number]})


def _in_threads(count: int) -> float:
    from threading import Barrier, Thread

    barrier = Barrier(count, timeout=MEETING_SECONDS)
    taken: list[float] = []

    def together(number: int) -> None:
        _keep_to(number)
        barrier.wait()
        taken.append(_once())

    threads = [Thread(target=together, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(taken) < count:
        message = f"only {len(taken)} of {count} canary threads ran; see the worker's output"
        raise RuntimeError(message)
    return max(taken)


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
