"""How much memory a process and its descendants have, from Linux's /proc.

The kernel's proportional set size (PSS) divides each shared page among those who share it, so a sum over processes
counts no page twice. But pages of files, the interpreter's own among them, are shared with everyone on the machine who
runs the same interpreter, as the harness itself does: of 8 MiB of them PSS counted 1 MiB under 3.12 and 5.5 MiB under
3.13. So of these the largest part that one process has counts whole, as if it were alone; a pool's processes
have them from the same files. `smaps_rollup`: Linux's Documentation/filesystems/proc.rst.
"""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from harness.experiment.process import paths

NEEDED = {"Rss", "Anonymous", "Pss_Anon"}  # Pss_Anon came with Linux 5.4
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


def available() -> bool:
    """Whether this system has the files that this module reads."""
    return _rollup(os.getpid()) is not None and Path("/proc/thread-self/children").exists()


def tree_pss_bytes(pid: int) -> int | None:
    """Return the PSS of a process and all its descendants, as if they were alone on the machine.

    Those that end meanwhile do not count; None if all did.
    """
    return pss_bytes([rollup for member in family(pid) if (rollup := _rollup(member))])


def tree_rss_bytes(pid: int) -> int:
    """Return the sum of the resident sets of a process and its descendants: never less than the PSS, and cheap."""
    return sum(_rss_bytes(member) for member in family(pid))


def pss_bytes(rollups: Sequence[Mapping[str, int]]) -> int | None:
    """Sum up a family's rollups; None where there are none.

    A child between vfork and exec is its parent's memory once more: the same numbers, in which nothing is shared. A
    forked child shares with its parent.
    """
    once = [
        rollup
        for number, rollup in enumerate(rollups)
        if rollup["Pss_Anon"] < rollup["Anonymous"] or rollup not in rollups[:number]
    ]
    if not once:
        return None
    return sum(rollup["Pss_Anon"] for rollup in once) + max(rollup["Rss"] - rollup["Anonymous"] for rollup in once)


def family(pid: int) -> list[int]:
    """Return a process and its descendants."""
    members = [pid]
    for member in members:
        members += children(member)
    return members


def children(pid: int) -> list[int]:
    """Return the children of a process, also those that only wait to be reaped; each thread has those it started."""
    pids: list[int] = []
    try:
        for thread in paths.listed(f"/proc/{pid}/task"):
            pids += map(int, paths.read(f"/proc/{pid}/task/{thread}/children").split())
    except (OSError, ValueError):  # it has just ended, or the system has no such file, or none that says this
        pass
    return pids


def _rss_bytes(pid: int) -> int:
    try:
        return int(paths.read(f"/proc/{pid}/statm").split()[1]) * PAGE_BYTES
    except (OSError, ValueError, IndexError):
        return 0


def _rollup(pid: int) -> dict[str, int] | None:
    """Return a process's memory in bytes, by the kernel's names; None where it has ended or the kernel is too old."""
    try:
        lines = paths.read(f"/proc/{pid}/smaps_rollup").decode().splitlines()[1:]
        sizes = {name: 1024 * int(size.split()[0]) for name, _, size in (line.partition(":") for line in lines)}
    except (OSError, ValueError, IndexError):
        return None
    return sizes if sizes.keys() >= NEEDED else None
