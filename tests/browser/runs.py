"""The runs whose pages a browser opens: one with 200 cases, and one in which every name from outside is hostile."""

from pathlib import Path

from msgspec.structs import replace

from harness.records import Culprit, Mode
from tests.builders import (
    a_case,
    a_trial,
    a_workload,
    an_arm,
    an_experiment,
    like_fib,
    settings,
    trials_like,
    write_run,
)

CONCURRENT: tuple[Mode, ...] = ("threads", "processes", "asyncio")
MANY_CASES: tuple[tuple[str, int], ...] = (
    ("serial", 1),
    *((mode, workers) for mode in CONCURRENT for workers in (1, 2, 3, 4, 5, 6, 7, 8)),
)
MANY_WORKLOADS = tuple(f"work{number}" for number in range(8))

HOSTILE = "<img src=x onerror=alert(1)></script><script>alert(2)</script>\"'&{{7*7}}`[x](javascript:alert(3))\u2028"


def many_cases(folder: Path) -> Path:
    """8 workloads of 25 cases, 4 arms, 2 blocks."""
    experiment = an_experiment(cases=MANY_CASES, workloads=[a_workload(name) for name in MANY_WORKLOADS])
    trials = [
        trial
        for name in MANY_WORKLOADS
        for trial in trials_like(like_fib(cases=MANY_CASES), blocks=2, wobble=0.03, workload=name)
    ]
    return write_run(folder / "many", experiment, trials)


def hostile(folder: Path) -> Path:
    """A workload, an arm, a command, a reason and a module that are all markup and script."""
    other_build = replace(an_arm("3.13t").build, compiler=HOSTILE)
    arms = [an_arm("3.13"), replace(an_arm("3.13t"), label=f"3.13t{HOSTILE}", build=other_build)]
    cases: tuple[tuple[str, int], ...] = (("serial", 1), ("threads", 1), ("threads", 2))
    experiment = an_experiment(
        arms,
        cases,
        workloads=[a_workload(HOSTILE, summary=HOSTILE, file=f"workloads/{HOSTILE}.py")],
        settings=settings(command=HOSTILE),
    )
    experiment = replace(
        experiment, culprits=(Culprit(arm=arms[1].label, workload=HOSTILE, module=HOSTILE, distribution=HOSTILE),)
    )
    assert {planned.case for planned in experiment.cases} == {a_case(HOSTILE, mode, workers) for mode, workers in cases}
    speeds = {(arm.label, mode, workers): 0.1 + 0.01 * workers for arm in arms for mode, workers in cases}
    trials = trials_like(speeds, 12, workload=HOSTILE)
    trials.append(
        a_trial(arms[1].label, "serial", 1, block=13, workload=HOSTILE, status="failed", values=(), reason=HOSTILE)
    )
    return write_run(folder / "hostile", experiment, trials)
