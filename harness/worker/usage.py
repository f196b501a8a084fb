"""What a process may use of the CPUs, and what it used."""

import os
import resource
from typing import NamedTuple


class Usage(NamedTuple):
    """What this process and the children that it waited for took of the CPUs, and how often they let go of one."""

    cpu_seconds: float = 0.0
    voluntary_switches: int = 0
    involuntary_switches: int = 0

    def plus(self, before: "Usage", after: "Usage") -> "Usage":
        """Add what was used between two readings."""
        return Usage(
            self.cpu_seconds + after.cpu_seconds - before.cpu_seconds,
            self.voluntary_switches + after.voluntary_switches - before.voluntary_switches,
            self.involuntary_switches + after.involuntary_switches - before.involuntary_switches,
        )


def so_far() -> Usage:
    """Read the usage since the process started."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Usage(
        cpu_seconds=own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime,
        voluntary_switches=own.ru_nvcsw + children.ru_nvcsw,
        involuntary_switches=own.ru_nivcsw + children.ru_nivcsw,
    )


def affinity() -> list[int] | None:
    """Return the CPUs that this process may run on; None where the system has no such thing."""
    ask = getattr(os, "sched_getaffinity", None)
    return None if ask is None else sorted(ask(0))


def usable_cpus() -> int:
    """Return how many CPUs this process may run on."""
    cpus = affinity()
    return os.cpu_count() or 1 if cpus is None else len(cpus)
