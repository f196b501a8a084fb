"""The limits that cgroups set this process, and how long their quota stopped it: versions 2 and 1 (cgroups(7))."""

from collections.abc import Iterator
from pathlib import Path

ROOT, MEMBERSHIP = Path("/sys/fs/cgroup"), Path("/proc/self/cgroup")


def cpus(root: Path = ROOT, membership: Path = MEMBERSHIP) -> float | None:
    """Return how many CPUs' worth of time the tightest quota leaves; None without a quota."""
    return min(_quotas(root, membership), default=None)


def memory_bytes(root: Path = ROOT, membership: Path = MEMBERSHIP) -> int | None:
    """Return the tightest limit of memory; None without one."""
    names = "memory.max", "memory.limit_in_bytes"
    limits = [_read(folder / name) for folder in _folders("memory", root, membership) for name in names]
    return min((int(limit) for limit in limits if limit.isdecimal()), default=None)


def throttled_seconds(root: Path = ROOT, membership: Path = MEMBERSHIP) -> float | None:
    """Return for how long a quota has stopped the one that was stopped longest; None where nothing counts that."""
    return max(_throttled(root, membership), default=None)


def _quotas(root: Path, membership: Path) -> Iterator[float]:
    for folder in _folders("cpu", root, membership):
        quota, _, period = _read(folder / "cpu.max").partition(" ")
        quota, period = quota or _read(folder / "cpu.cfs_quota_us"), period or _read(folder / "cpu.cfs_period_us")
        if quota.isdecimal() and period.isdecimal() and int(period):  # not "max", nor -1
            yield int(quota) / int(period)


def _throttled(root: Path, membership: Path) -> Iterator[float]:
    for folder in _folders("cpu", root, membership):
        for line in _read(folder / "cpu.stat").splitlines():
            name, _, count = line.partition(" ")
            if name in UNITS and count.isdecimal():
                yield int(count) * UNITS[name]


UNITS = {"throttled_usec": 1e-6, "throttled_time": 1e-9}


def _folders(controller: str, root: Path, membership: Path) -> Iterator[Path]:
    """Yield the cgroups that can have the controller, from this process's own up to the root."""
    for line in _read(membership).splitlines():
        _, _, rest = line.partition(":")
        controllers, colon, own = rest.partition(":")
        if not colon:
            continue
        if ".." in own.split("/"):  # it is outside of what this container sees
            own = "/"
        if controllers and controller not in controllers.split(","):
            continue
        base = root / controller if controllers else root
        place = base / own.strip("/")
        yield from (folder for folder in (place, *place.parents) if folder.is_relative_to(base))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
