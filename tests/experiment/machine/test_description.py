"""Usable CPUs are what affinity and quota leave."""

import os

import pytest

from harness.experiment.machine import cgroups
from harness.experiment.machine.description import describe, usable_cpus, usable_memory_bytes


@pytest.mark.parametrize(("quota", "expected"), [(0.5, 1), (1.0, 1), (1.5, 2), (999.0, None), (None, None)])
def test_a_quota_counts_as_whole_cpus_and_never_as_more_than_there_are(
    monkeypatch: pytest.MonkeyPatch, quota: float | None, expected: int | None
) -> None:
    every = len(os.sched_getaffinity(0))
    monkeypatch.setattr(cgroups, "cpus", lambda: quota)

    assert usable_cpus() == min(every, expected or every)


def test_affinity_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cgroups, "cpus", lambda: None)
    mask = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(mask)})
        assert usable_cpus() == 1
    finally:
        os.sched_setaffinity(0, mask)


def test_a_cgroup_s_memory_counts_where_it_is_less_than_the_machine_s(monkeypatch: pytest.MonkeyPatch) -> None:
    for limit, expected in ((4096, 4096), (2**63, describe().memory_bytes), (None, describe().memory_bytes)):
        monkeypatch.setattr(cgroups, "memory_bytes", lambda limit=limit: limit)
        assert usable_memory_bytes() == expected


def test_the_machine_is_described_without_its_name() -> None:
    machine = describe()

    assert machine.memory_bytes > 2**20
    assert os.uname().nodename not in str(machine)
