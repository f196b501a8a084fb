"""The machine as far as it matters for a number, and nothing that names it."""

import math
import os
import platform
import re
from pathlib import Path

from harness.experiment.machine import cgroups
from harness.records import Machine


def describe() -> Machine:
    """Describe this machine; a property that the system does not give is "unknown" or None."""
    return Machine(
        system=platform.system(),
        kernel=platform.release(),
        architecture=platform.machine(),
        cpu_model=_cpu_model(),
        usable_cpus=usable_cpus(),
        memory_bytes=os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        governor=_read("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"),
    )


def usable_cpus() -> int:
    """How many CPUs the affinity mask and the cgroup's quota leave to this process, at least 1."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota = cgroups.cpus()
    return allowed if quota is None else max(1, min(allowed, math.ceil(quota)))


def usable_memory_bytes() -> int:
    """Return how much memory the machine has, or its cgroup may have where that is less."""
    limit = cgroups.memory_bytes()
    return min(describe().memory_bytes, limit) if limit is not None else describe().memory_bytes


def _cpu_model() -> str:
    match = re.search(r"^model name\s*:\s*(.+)$", _read("/proc/cpuinfo") or "", re.MULTILINE)
    return match[1] if match else platform.processor() or "unknown"


def _read(path: str) -> str | None:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return None
