"""A synthetic run: the records of a real one, as many as one likes, with made-up seconds."""

import random
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from harness import __version__, interpreters
from harness.experiment import run_settings
from harness.experiment.machine import description
from harness.experiment.options import parse
from harness.experiment.plan import aa_control, declared_contrasts
from harness.records import (
    FORMAT,
    Arm,
    Build,
    Case,
    Experiment,
    Gil,
    Mode,
    PlannedCase,
    Side,
    Surroundings,
    Trial,
    Value,
    Workload,
)
from harness.runs import TRIALS, journal
from harness.runs.checksum import sealed

WORKLOADS = 5
CONCURRENT: tuple[Mode, ...] = ("threads", "processes", "asyncio")
CASES: tuple[tuple[Mode, int], ...] = (
    ("serial", 1),
    *((mode, workers) for mode in CONCURRENT for workers in (1, 2, 4)),
)
ARMS = ("3.12", "3.13", "3.13t-gil", "3.13t")
TRIALS_IN_A_BLOCK = WORKLOADS * (
    len(CASES) * len(ARMS) + len({mode for mode, _ in CASES})
)  # the control's are the last


def write(run: Path, blocks: int) -> int:
    """Write a run directory with so many blocks and return how many trials they are."""
    run.mkdir(parents=True)
    synthetic = experiment()
    journal.write_experiment(run, synthetic)
    with (run / TRIALS).open("wb") as file:  # without waiting for the disk after each one
        return sum(bool(file.write(sealed(msgspec.json.encode(trial)) + b"\n")) for trial in trials(synthetic, blocks))


def experiment() -> Experiment:
    """Return an experiment of 50 cases under four arms; what does not matter here is this process's own."""
    build = msgspec.convert(interpreters.describe(Path(sys.executable)), Build, from_attributes=True)
    arms = tuple(_arm(label, build) for label in ARMS)
    names = [f"synthetic-{number}" for number in range(1, WORKLOADS + 1)]
    cases = [Case(workload=name, mode=mode, workers=workers) for name in names for mode, workers in CASES]
    workloads = tuple(_workload(name) for name in names)
    doubled = aa_control.declare(cases, arms)
    return Experiment(
        format=FORMAT,
        harness_version=__version__,
        started_at="2025-01-01T00:00:00+00:00",
        settings=run_settings.settings(parse(["--seed", "1"]), ()),
        machine=description.describe(),
        arms=arms,
        workloads=workloads,
        cases=tuple(PlannedCase(case=case, loops=1, values=2, warmups=1) for case in cases),
        skipped=(),
        pairs=tuple(declared_contrasts.declare(workloads, cases, arms, 2)),
        control=doubled,
    )


def _arm(label: str, build: Build) -> Arm:
    free = msgspec.structs.replace(build, free_threaded="t" in label, version=f"{label[:4]}.0")
    interpreter = label.removesuffix("-gil")
    return Arm(
        label=label,
        interpreter=interpreter,
        python_gil="1" if label.endswith("-gil") else None,
        origin="synthetic",
        build=free,
        distributions=(),
    )


def _workload(name: str) -> Workload:
    return Workload(
        name=name, file=f"{name}.py", sha256="0" * 64, summary="Synthetic.", bound="cpu", jobs=16, answers_vary=None
    )


def trials(synthetic: Experiment, blocks: int) -> Iterator[Trial]:
    """Yield so many blocks of trials with made-up seconds, in the order in which a run would journal them."""
    draw = random.Random(1)
    arms = {arm.label: arm for arm in synthetic.arms}
    if synthetic.control is not None:
        arms[synthetic.control.label] = arms[synthetic.control.of]
    sides = [(side, arms[side.arm]) for side in sorted(synthetic.sides)]
    number = 0
    for block in range(1, blocks + 1):
        for side, arm in draw.sample(sides, len(sides)):
            yield _trial(side, arm, (block, number), draw)
            number += 1


def _trial(side: Side, arm: Arm, place: tuple[int, int], draw: random.Random) -> Trial:
    seconds = 0.1 * draw.lognormvariate(0.0, 0.03)
    canary = 0.0015 * draw.lognormvariate(0.0, 0.05), 0.0015 * draw.lognormvariate(0.0, 0.05)
    value = Value(start_seconds=0.001, work_seconds=seconds, stop_seconds=0.0005, canary_seconds=canary)
    gil = arm.gil_expected
    return Trial(
        **msgspec.structs.asdict(side),
        block=place[0],
        order=place[1],
        loops=1,
        status="ok",
        values=(value, value),
        warmup_seconds=seconds,
        cpu_seconds=2 * seconds,
        answer="a" * 64,
        gil=Gil(free_threaded_build=arm.build.free_threaded, before_import=gil, after_import=gil, at_end=gil),
        usable_cpus=1024,  # of no interest here: never fewer than a case has workers
        start_method="fork" if side.mode == "processes" else None,
        canary="zlib x1",
        surroundings=Surroundings(other_cpu_seconds=0.001, steal_seconds=0.0, pressure_seconds=0.002),
        elapsed_seconds=0.5,
        started_at="2025-01-01T00:00:00.000+00:00",
    )
