"""Which case the conclusions are about, and what an arm is compared with."""

import pytest
from msgspec.structs import replace

from harness.analysis.arm_roles import rivals
from harness.records import Mode
from tests.builders import a_workload, an_arm, an_experiment
from tests.report.built_results import built_results


def chosen(cases: list[tuple[str, int]], usable_cpus: int = 2, bound: str = "cpu") -> tuple[Mode, int] | None:
    workload = a_workload(bound=bound)
    experiment = an_experiment(cases=cases, usable_cpus=usable_cpus, workloads=[workload])
    case = built_results(experiment).of(workload).main
    return None if case is None else (case.mode, case.workers)


@pytest.mark.parametrize(
    ("cases", "expected"),
    [
        ([("serial", 1), ("threads", 1), ("threads", 2), ("processes", 1), ("processes", 2)], ("threads", 2)),
        ([("threads", 1), ("threads", 2), ("threads", 4), ("processes", 1), ("processes", 4)], ("threads", 1)),
        ([("threads", 2), ("processes", 4)], ("threads", 2)),
        ([("threads", 4), ("threads", 8)], ("threads", 4)),
        ([("serial", 1), ("processes", 2), ("asyncio", 2)], ("processes", 2)),
        ([("serial", 1), ("asyncio", 2)], ("asyncio", 2)),
        ([("serial", 1)], None),
    ],
)
def test_threads_at_the_most_workers_that_processes_share_and_the_cpus_carry(
    cases: list[tuple[str, int]], expected: tuple[str, int] | None
) -> None:
    assert chosen(cases) == expected


def test_waiting_needs_no_cpus() -> None:
    assert chosen([("threads", 2), ("threads", 16), ("processes", 16)], bound="io") == ("threads", 16)


def test_an_arm_s_rivals_are_what_the_declared_primaries_compare_it_with() -> None:
    labels = ["3.13", "3.13t-gil", "3.13t", "3.14t"]
    experiment = an_experiment(arms=labels)

    found = {label: rivals(experiment, experiment.arm(label)) for label in labels}

    assert {
        label: (both.with_gil and both.with_gil.label, both.sibling and both.sibling.label)
        for label, both in found.items()
    } == {
        "3.13": (None, None),
        "3.13t-gil": (None, None),
        "3.13t": ("3.13t-gil", "3.13"),
        "3.14t": (None, None),
    }


def test_rivals_are_found_by_what_the_arms_are_and_not_by_their_labels() -> None:
    free, twin, plain = (
        replace(an_arm(label), label=name)
        for label, name in (("3.13t", "nogil"), ("3.13t-gil", "twin"), ("3.13", "plain"))
    )
    experiment = an_experiment(arms=[plain, twin, free])

    assert rivals(experiment, free) == (twin, plain)
