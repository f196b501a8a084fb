"""The machine's other work during a trial, from the kernel's counters (Linux only)."""

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.experiment.machine import cgroups
from harness.records import Surroundings

# Fields of /proc/stat's first line, in ticks (proc(5)): user, nice, system, idle, iowait, irq, softirq, steal.
BUSY, STEAL = (0, 1, 2, 5, 6), 7
CPUS = Path("/sys/devices/system/cpu")


@dataclass(frozen=True)
class Moment:
    """The counters at one moment, in seconds since the machine started; None where there is no such counter."""

    busy_cpu_seconds: float | None
    steal_seconds: float | None
    pressure_seconds: float | None
    throttled_seconds: float | None
    driver_cpu_seconds: float
    suspended_seconds: float = 0.0


def now(proc: Path = Path("/proc")) -> Moment:
    """Read the counters."""
    ticks = _numbers(_first_words(proc / "stat")[1:])
    per_second = os.sysconf("SC_CLK_TCK")
    times = os.times()
    return Moment(
        busy_cpu_seconds=sum(ticks[field] for field in BUSY) / per_second if len(ticks) > STEAL else None,
        steal_seconds=ticks[STEAL] / per_second if len(ticks) > STEAL else None,
        pressure_seconds=_micro(_word(_first_words(proc / "pressure" / "cpu"), "total=")),
        throttled_seconds=cgroups.throttled_seconds(),
        driver_cpu_seconds=times.user + times.system,
        suspended_seconds=suspended_seconds(),
    )


def suspended_seconds() -> float:
    """Return how long the machine was suspended since it started: only one of these clocks goes on meanwhile."""
    if not hasattr(time, "CLOCK_BOOTTIME"):
        return 0.0
    return time.clock_gettime(time.CLOCK_BOOTTIME) - time.clock_gettime(time.CLOCK_MONOTONIC)


def between(before: Moment, after: Moment, own_cpu_seconds: float, stood_still_seconds: float = 0.0) -> Surroundings:
    """Return the difference of two moments.

    `own_cpu_seconds` are the trial's processes' and are taken off; in `stood_still_seconds` the driver did not run.
    """
    suspended = after.suspended_seconds - before.suspended_seconds
    own = own_cpu_seconds + after.driver_cpu_seconds - before.driver_cpu_seconds
    busy = _grown(before.busy_cpu_seconds, after.busy_cpu_seconds)
    return Surroundings(
        other_cpu_seconds=None if busy is None else round(busy - own, 4),
        steal_seconds=_grown(before.steal_seconds, after.steal_seconds),
        pressure_seconds=_grown(before.pressure_seconds, after.pressure_seconds),
        throttled_seconds=_grown(before.throttled_seconds, after.throttled_seconds),
        megahertz=_megahertz(),
        suspended_seconds=round(max(0.0, suspended) + stood_still_seconds, 1) or None,
    )


def _grown(before: float | None, after: float | None) -> float | None:
    return None if before is None or after is None else round(after - before, 6)


def _megahertz() -> float | None:
    texts = [_read(path) for path in CPUS.glob("cpu[0-9]*/cpufreq/scaling_cur_freq")]
    kilohertz = _numbers(texts)
    return round(sum(kilohertz) / len(kilohertz) / 1000, 1) if kilohertz else None


def _numbers(words: Sequence[str]) -> list[int]:
    """Return words as numbers; none at all where one of them is something else."""
    return [int(word) for word in words] if all(word.isdecimal() for word in words) else []


def _first_words(path: Path) -> list[str]:
    return _read(path).partition("\n")[0].split()


def _word(words: list[str], prefix: str) -> str | None:
    return next((word.removeprefix(prefix) for word in words if word.startswith(prefix)), None)


def _micro(text: str | None) -> float | None:
    return int(text) / 1e6 if text is not None and text.isdecimal() else None


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
