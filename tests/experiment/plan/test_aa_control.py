"""The control doubles the arm that everything is about, in one case for each workload and mode."""

from collections.abc import Sequence

import pytest

from harness.experiment.plan.aa_control import declare
from harness.records import Case, Mode
from tests.builders import ARMS, an_arm


def cases(workload: str, *spots: tuple[Mode, int]) -> list[Case]:
    return [Case(workload=workload, mode=mode, workers=workers) for mode, workers in spots]


FIB = cases("fib", ("serial", 1), ("threads", 1), ("threads", 2), ("processes", 1), ("processes", 2))
DOWNLOAD = cases(
    "download", ("serial", 1), ("threads", 5), ("threads", 20), ("threads", 160), ("processes", 5), ("processes", 20), ("asyncio", 5), ("asyncio", 20), ("asyncio", 160)
)  # fmt: skip


@pytest.mark.parametrize(
    ("labels", "of"),
    [
        (ARMS, "3.13t"),
        (("3.13t", "3.13t-gil", "3.12"), "3.13t"),
        (("3.13t", "3.14t"), "3.14t"),
        (("3.12", "3.13"), "3.13"),
        (("3.12",), "3.12"),
    ],
)
def test_the_last_arm_without_the_gil_is_measured_twice_or_else_the_last(labels: Sequence[str], of: str) -> None:
    control = declare(FIB, [an_arm(label) for label in labels])

    assert (control.of, control.label) == (of, f"{of}-control")


def test_each_workload_and_mode_has_the_largest_count_that_all_concurrent_modes_have() -> None:
    control = declare([*FIB, *DOWNLOAD], [an_arm(label) for label in ARMS])

    assert set(control.cases) == {
        *cases("fib", ("serial", 1), ("threads", 2), ("processes", 2)),
        *cases("download", ("serial", 1), ("threads", 20), ("processes", 20), ("asyncio", 20)),
    }
    assert len(control.cases) == 7


def test_modes_without_a_common_count_have_their_own_largest() -> None:
    control = declare(cases("fib", ("threads", 2), ("threads", 4), ("processes", 3)), [an_arm()])

    assert set(control.cases) == set(cases("fib", ("threads", 4), ("processes", 3)))


def test_its_contrasts_are_with_its_own_arm() -> None:
    control = declare(FIB[:1], [an_arm("3.13t")])
    (pair,) = control.pairs

    assert (str(pair.subject), str(pair.baseline)) == ("fib/serial on 3.13t-control", "fib/serial on 3.13t")
