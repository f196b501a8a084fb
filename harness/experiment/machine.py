"""The machine as far as it matters for a number, and nothing that names it."""

import math
import os
import platform
import re
from pathlib import Path

from harness.records import Machine


def describe() -> Machine:
    """Return what can be said of this machine; what the system does not tell is "unknown" or None."""
    return Machine(
        system=platform.system(),
        kernel=platform.release(),
        architecture=platform.machine(),
        cpu_model=_cpu_model(),
        usable_cpus=usable_cpus(),
        memory_bytes=os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        governor=_read("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"),
    )


def usable_cpus(cgroup: Path = Path("/sys/fs/cgroup"), membership: Path = Path("/proc/self/cgroup")) -> int:
    """How many CPUs the affinity mask and the cgroup's quota leave to this process, at least 1."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min([allowed, *(math.ceil(quota) for quota in _quotas(cgroup, membership))]))


def usable_memory_bytes(cgroup: Path = Path("/sys/fs/cgroup"), membership: Path = Path("/proc/self/cgroup")) -> int:
    """Return how much memory the machine has, or its cgroup may have where that is less."""
    limits = [_read(str(folder / "memory.max")) for folder in cgroup_folders(cgroup, membership)]
    return min([describe().memory_bytes, *(int(limit) for limit in limits if limit and limit != "max")])


def cgroup_folders(cgroup: Path = Path("/sys/fs/cgroup"), membership: Path = Path("/proc/self/cgroup")) -> list[Path]:
    """Return the folders of the cgroups (version 2) from this process's own up to the root."""
    text = _read(str(membership)) or ""
    own = next((line[3:].strip("/") for line in text.splitlines() if line.startswith("0::")), "")
    return [folder for folder in [cgroup / own, *(cgroup / own).parents] if folder.is_relative_to(cgroup)]


def _quotas(cgroup: Path, membership: Path) -> list[float]:
    """CPUs' worth of time that each of the cgroups allows."""
    limits = [_read(str(folder / "cpu.max")) for folder in cgroup_folders(cgroup, membership)]
    pairs = [limit.split() for limit in limits if limit]
    return [int(quota) / int(period) for quota, period in pairs if quota != "max"]


def _cpu_model() -> str:
    found = re.search(r"^model name\s*:\s*(.+)$", _read("/proc/cpuinfo") or "", re.MULTILINE)
    return found[1] if found else platform.processor() or "unknown"


def _read(path: str) -> str | None:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return None
