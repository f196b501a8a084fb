"""What a process may use of the CPUs, what it used, and how long it waited for one."""

import os
import resource
from collections.abc import Iterable, Iterator
from typing import NamedTuple

PROC = "/proc"
MOST_BYTES = 256  # of a schedstat file: three numbers
NANOSECOND = 1e-9


class Usage(NamedTuple):
    """What this process and the children that it waited for took of the CPUs and of memory's pages.

    Minor faults map pages that are in memory already, major ones wait for a disk. A voluntary switch lets go of a CPU.
    """

    user_seconds: float = 0.0
    system_seconds: float = 0.0
    minor_faults: int = 0
    major_faults: int = 0
    voluntary_switches: int = 0
    involuntary_switches: int = 0

    def plus(self, before: "Usage", after: "Usage") -> "Usage":
        """Add what was used between two readings."""
        return Usage(
            self.user_seconds + after.user_seconds - before.user_seconds,
            self.system_seconds + after.system_seconds - before.system_seconds,
            self.minor_faults + after.minor_faults - before.minor_faults,
            self.major_faults + after.major_faults - before.major_faults,
            self.voluntary_switches + after.voluntary_switches - before.voluntary_switches,
            self.involuntary_switches + after.involuntary_switches - before.involuntary_switches,
        )


def so_far() -> Usage:
    """Read the usage since the process started."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Usage(
        user_seconds=own.ru_utime + children.ru_utime,
        system_seconds=own.ru_stime + children.ru_stime,
        minor_faults=own.ru_minflt + children.ru_minflt,
        major_faults=own.ru_majflt + children.ru_majflt,
        voluntary_switches=own.ru_nvcsw + children.ru_nvcsw,
        involuntary_switches=own.ru_nivcsw + children.ru_nivcsw,
    )


def run_delay_seconds(pids: Iterable[int] = (), proc: str = PROC) -> float | None:
    """Return how long the threads of this process and of others have been ready to run without a CPU.

    The kernel counts it for each thread, and nothing keeps it when a thread ends: so it has to be read while the
    threads that matter live. None where the kernel does not count it, or a process is gone. Source: Linux's
    Documentation/scheduler/sched-stats.rst, which has the three numbers of schedstat: nanoseconds on a CPU, nanoseconds
    ready without one, and time slices.
    """
    total = 0
    for pid in ("self", *pids):
        try:
            threads = list(_schedstats(f"{proc}/{pid}/task"))
        except (OSError, ValueError, IndexError):
            return None
        if not any(on_a_cpu for on_a_cpu, _ in threads):  # all are zero where schedstats are switched off
            return None
        total += sum(ready for _, ready in threads)
    return total * NANOSECOND


def _schedstats(folder: str) -> Iterator[tuple[int, int]]:
    """Yield nanoseconds on a CPU, and ready without one, of each thread that does not end meanwhile."""
    for thread in os.listdir(folder):  # noqa: PTH208 - as elsewhere in the worker: pathlib costs 3 ms
        try:
            file = os.open(f"{folder}/{thread}/schedstat", os.O_RDONLY)
        except (FileNotFoundError, ProcessLookupError):
            continue
        try:
            numbers = os.read(file, MOST_BYTES).split()
        except ProcessLookupError:
            continue
        finally:
            os.close(file)
        yield int(numbers[0]), int(numbers[1])


def affinity() -> list[int] | None:
    """Return the CPUs that this process may run on; None where the system has no such thing."""
    ask = getattr(os, "sched_getaffinity", None)
    return None if ask is None else sorted(ask(0))


def usable_cpus() -> int:
    """Return how many CPUs this process may run on."""
    cpus = affinity()
    return os.cpu_count() or 1 if cpus is None else len(cpus)
