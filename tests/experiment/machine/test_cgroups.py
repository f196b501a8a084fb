"""What cgroups allow and count, in the files of version 2 and of version 1."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.experiment.machine import cgroups

LATER = "0::/slice/job\n"
EARLIER = (
    "5:devices:/slice\n4:memory:/slice/job\n3:cpu,cpuacct:/slice/job\n2:cpuset:/\n1:name=systemd:/slice/job\n0::/\n"
)


@pytest.fixture
def asked(tmp_path: Path) -> Callable[..., Any]:
    """Return a function that asks one of the questions where the files are these."""

    def asked(question: Callable[[Path, Path], Any], membership: str, files: dict[str, str]) -> Any:
        for name, text in files.items():
            path = tmp_path / "root" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text + "\n")
        (tmp_path / "membership").write_text(membership)
        return question(tmp_path / "root", tmp_path / "membership")

    return asked


@pytest.mark.parametrize(
    ("own", "parent", "expected"),
    [
        ("max 100000", "max 100000", None),
        ("50000 100000", "max 100000", 0.5),
        ("max 100000", "150000 100000", 1.5),
        ("200000 100000", "150000 100000", 1.5),
    ],
)
def test_the_tightest_quota_on_the_way_to_the_root_counts(
    asked: Callable[..., Any], own: str, parent: str, expected: float | None
) -> None:
    assert asked(cgroups.cpus, LATER, {"slice/cpu.max": parent, "slice/job/cpu.max": own}) == expected


@pytest.mark.parametrize(("quota", "expected"), [("-1", None), ("50000", 0.5)])
def test_version_1_has_the_quota_in_two_files_of_its_controller_s_folder(
    asked: Callable[..., Any], quota: str, expected: float | None
) -> None:
    files = {"cpu/slice/job/cpu.cfs_quota_us": quota, "cpu/slice/job/cpu.cfs_period_us": "100000"}

    assert asked(cgroups.cpus, EARLIER, files) == expected


def test_in_a_container_the_own_folder_is_the_root_whatever_the_membership_says(asked: Callable[..., Any]) -> None:
    files = {"cpu/cpu.cfs_quota_us": "50000", "cpu/cpu.cfs_period_us": "100000"}

    assert asked(cgroups.cpus, EARLIER, files) == 0.5


def test_of_all_cgroups_the_one_that_was_throttled_longest_counts(asked: Callable[..., Any]) -> None:
    own = "usage_usec 999\nnr_throttled 3\nthrottled_usec 1500000"
    parent = "usage_usec 9999\nthrottled_usec 2500000\nnr_bursts 0"

    assert asked(cgroups.throttled_seconds, LATER, {"slice/job/cpu.stat": own, "slice/cpu.stat": parent}) == 2.5


def test_version_1_counts_in_nanoseconds(asked: Callable[..., Any]) -> None:
    files = {"cpu/slice/job/cpu.stat": "nr_periods 9\nnr_throttled 3\nthrottled_time 1500000000"}

    assert asked(cgroups.throttled_seconds, EARLIER, files) == 1.5


@pytest.mark.parametrize(
    ("membership", "files", "expected"),
    [
        (LATER, {"slice/job/memory.max": "max"}, None),
        (LATER, {"slice/job/memory.max": "max", "slice/memory.max": "4096"}, 4096),
        (EARLIER, {"memory/slice/job/memory.limit_in_bytes": "8192", "memory/memory.limit_in_bytes": str(2**63)}, 8192),
    ],
)
def test_the_tightest_limit_of_memory_counts(
    asked: Callable[..., Any], membership: str, files: dict[str, str], expected: int | None
) -> None:
    assert asked(cgroups.memory_bytes, membership, files) == expected


def test_without_cgroups_nothing_is_limited_and_nothing_counted(tmp_path: Path) -> None:
    nowhere = tmp_path / "none", tmp_path / "none"

    assert [ask(*nowhere) for ask in (cgroups.cpus, cgroups.memory_bytes, cgroups.throttled_seconds)] == [None] * 3


@pytest.mark.parametrize("membership", ["", "garbage\n", "0:\n", "\0\n", "0::/../../elsewhere\n"])
@pytest.mark.parametrize("quota", ["garbage", "50000", "50000 0", "50000 some", "max"])
def test_what_is_no_limit_limits_nothing(asked: Callable[..., Any], membership: str, quota: str) -> None:
    files = {"cpu.max": quota, "cpu.stat": "throttled_usec many\nthrottled_time", "memory.max": "much"}
    for question in (cgroups.cpus, cgroups.throttled_seconds, cgroups.memory_bytes):
        assert asked(question, membership, files) is None


def test_a_container_that_sees_only_its_own_cgroup_has_its_limits(asked: Callable[..., Any]) -> None:
    assert asked(cgroups.cpus, "0::/../../elsewhere\n", {"cpu.max": "50000 100000"}) == 0.5
