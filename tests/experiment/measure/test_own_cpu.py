"""The load on a service has a CPU of its own where there are more than two."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from harness.experiment.measure.own_cpu import server_cpus, shared_out, started_on

ASK = "import os; print(sorted(os.sched_getaffinity(0)))"


@pytest.mark.parametrize(("usable", "left"), [(1, 1), (2, 2), (3, 2), (8, 7)])
def test_a_service_gets_all_cpus_but_one_where_there_are_more_than_two(usable: int, left: int) -> None:
    assert server_cpus(usable) == left


@pytest.mark.parametrize(
    ("usable", "server", "load"),
    [({0, 1}, None, None), ({2, 3, 5}, {2, 3}, {5}), ({0, 1, 2, 3}, {0, 1, 2}, {3})],
)
def test_the_load_gets_the_last_cpu(
    usable: set[int], server: set[int] | None, load: set[int] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: usable)

    assert shared_out() == (server, load)


def test_where_no_process_can_be_bound_to_a_cpu_all_are_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_getaffinity")

    assert shared_out() == (None, None)


def test_what_is_started_on_a_cpu_stays_there_and_the_driver_does_not() -> None:
    @contextmanager
    def asked() -> Iterator[str]:
        yield subprocess.run([sys.executable, "-c", ASK], check=True, capture_output=True, text=True).stdout

    before = os.sched_getaffinity(0)
    one = min(before)
    with started_on({one}, asked()) as output:
        assert os.sched_getaffinity(0) == before
    with started_on(None, asked()) as everywhere:
        pass

    assert output == f"{[one]}\n"
    assert everywhere == f"{sorted(before)}\n"
