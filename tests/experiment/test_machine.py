"""Usable CPUs are what affinity and quota leave."""

import os

import pytest

from harness.experiment.machine import describe, usable_cpus


@pytest.mark.parametrize(("own", "parent", "expected"), [("max 100000", "max 100000", None), ("50000 100000", "max 100000", 1), ("max 100000", "100000 100000", 1)])  # fmt: skip
def test_the_tightest_quota_on_the_way_to_the_root_counts(tmp_path, own, parent, expected):
    (tmp_path / "slice" / "job").mkdir(parents=True)
    (tmp_path / "slice" / "cpu.max").write_text(parent)
    (tmp_path / "slice" / "job" / "cpu.max").write_text(own)
    (tmp_path / "membership").write_text("0::/slice/job\n")

    assert usable_cpus(tmp_path, tmp_path / "membership") == (expected or len(os.sched_getaffinity(0)))


def test_affinity_counts(tmp_path):
    mask = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(mask)})
        assert usable_cpus(tmp_path, tmp_path / "none") == 1
    finally:
        os.sched_setaffinity(0, mask)


def test_the_machine_is_described_without_its_name():
    machine = describe()

    assert machine.memory_bytes > 2**20
    assert os.uname().nodename not in str(machine)
