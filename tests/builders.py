"""Experiments and trials with known numbers; every argument has a default, so a test names only what it is about."""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from msgspec.json import encode
from msgspec.structs import replace

from harness.experiment.plan.declared_contrasts import declare
from harness.records import (
    FORMAT,
    Arm,
    Build,
    Case,
    Choice,
    Contrast,
    Distribution,
    Estimate,
    Experiment,
    Gil,
    Machine,
    Mode,
    PlannedCase,
    Primary,
    Server,
    Service,
    Settings,
    Side,
    Time,
    Trial,
    Value,
    Verdict,
    Workload,
)
from harness.runs import EXPERIMENT, TRIALS

# Tests write modes as plain strings; the builders make Modes of them.
Spot = tuple[str, str, int]  # arm, mode, workers

ARMS = ("3.12", "3.13", "3.13t-gil", "3.13t")
CASES: tuple[tuple[str, int], ...] = (
    ("serial", 1),
    ("threads", 1),
    ("threads", 2),
    ("processes", 1),
    ("processes", 2),
)

IO_CASES: tuple[tuple[str, int], ...] = (("serial", 1), ("threads", 20), ("processes", 20), ("asyncio", 20))


def an_arm(label: str = "3.13", **fields: Any) -> Arm:
    """Return an arm; "t" in its label makes it free-threaded, "-gil" switches the GIL on."""
    interpreter = label.removesuffix("-gil")
    build = Build(
        implementation="CPython",
        version=f"{label.removesuffix('-gil').rstrip('t')}.5",
        free_threaded="t" in label,
        debug=False,
        shared=False,
        pgo=True,
        lto=False,
        compiler="GCC 12.2.0",
        configure_args=(),
        optimization="-O3",
    )
    installed = Distribution(name="pyperf", version="2.10.0", tag="py3-none-any", compiled=False)
    arm = Arm(
        label=label,
        interpreter=interpreter,
        python_gil="1" if label.endswith("-gil") else None,
        origin=f"built from Debian's source of {interpreter}",
        build=build,
        distributions=(installed,),
    )
    return replace(arm, **fields)


def a_workload(name: str = "fib", **fields: Any) -> Workload:
    """Return a CPU-bound workload."""
    workload = Workload(
        name=name,
        file=f"workloads/{name.partition('@')[0]}.py",
        sha256="0123456789abcdef",
        summary="CPU-bound: naive recursive Fibonacci.",
        bound="cpu",
        jobs=16,
        answers_vary=None,
    )
    return replace(workload, **fields)


def settings(**fields: Any) -> Settings:
    """Return the settings of a normal run."""
    plain = Settings(
        profile="normal",
        size="default",
        budget_seconds=900.0,
        blocks=None,
        target=0.02,
        seed=7,
        start_method="fork",
        timeout_seconds=60.0,
        command="nox -s bench -- --seed 7",
    )
    return replace(plain, **fields)


def a_case(workload: str, mode: str, workers: int) -> Case:
    """Return a case."""
    return Case(workload=workload, mode=cast("Mode", mode), workers=workers)


def an_experiment(
    arms: Sequence[str | Arm] = ARMS,
    cases: Sequence[tuple[str, int]] = CASES,
    workloads: Sequence[Workload] | None = None,
    usable_cpus: int = 2,
    **fields: Any,
) -> Experiment:
    """Return an experiment with the same cases for each workload and the pairs that a real one declares."""
    the_arms = tuple(an_arm(arm) if isinstance(arm, str) else arm for arm in arms)
    the_workloads = (a_workload(),) if workloads is None else tuple(workloads)
    the_cases = [a_case(w.name, mode, workers) for w in the_workloads for mode, workers in cases]
    plain = Experiment(
        format=FORMAT,
        harness_version="0.1.0",
        started_at="2025-11-22T12:14:00+00:00",
        settings=settings(),
        machine=Machine(
            system="Linux",
            kernel="6.1.0",
            architecture="x86_64",
            cpu_model="Some CPU @ 2.50GHz",
            usable_cpus=usable_cpus,
            memory_bytes=8 * 2**30,
            governor=None,
        ),
        arms=the_arms,
        workloads=the_workloads,
        cases=tuple(PlannedCase(case=case, loops=1, values=2, warmups=1) for case in the_cases),
        skipped=(),
        pairs=tuple(declare(the_workloads, the_cases, the_arms, usable_cpus)),
    )
    return replace(plain, **fields)


def a_value(seconds: float = 0.2) -> Value:
    """Return a value of which a tenth is start and a twentieth is stop."""
    return Value(start_seconds=0.1 * seconds, work_seconds=0.85 * seconds, stop_seconds=0.05 * seconds)


def a_trial(
    arm: str = "3.13",
    mode: str = "serial",
    workers: int = 1,
    block: int = 1,
    seconds: float = 0.2,
    **fields: Any,
) -> Trial:
    """Return a trial that succeeded, with one value; the GIL is as the arm's label asks for it."""
    free_threaded = "t" in arm
    gil_on = not free_threaded or arm.endswith("-gil")
    trial = Trial(
        arm=arm,
        workload="fib",
        mode=cast("Mode", mode),
        workers=workers,
        block=block,
        order=0,
        loops=1,
        status="ok",
        values=(a_value(seconds),),
        cpu_seconds=seconds,
        answer="a" * 64,
        gil=Gil(free_threaded_build=free_threaded, before_import=gil_on, after_import=gil_on, at_end=gil_on),
        usable_cpus=2,
        start_method="fork" if mode == "processes" else None,
        elapsed_seconds=seconds + 0.1,
        started_at="2025-11-22T12:14:00+00:00",
    )
    return replace(trial, **fields)


def trials_like(speeds: Mapping[Spot, float], blocks: int = 10, wobble: float = 0.01, **fields: Any) -> list[Trial]:
    """Return one trial per side and block that takes the side's seconds, times drift and a known deviation.

    The drift is the same for all sides of a block, so ratios within a block do not see it. The deviation takes 13 steps
    from -wobble to +wobble in an order that is another one for each side.
    """
    return [
        a_trial(
            arm,
            mode,
            workers,
            block,
            seconds * _drift(block) * _deviation(block, number, wobble),
            **{"order": (block - 1) * len(speeds) + number, **fields},
        )
        for block in range(1, blocks + 1)
        for number, ((arm, mode, workers), seconds) in enumerate(speeds.items())
    ]


def write_run(run: Path, experiment: Experiment, trials: Iterable[Trial] = ()) -> Path:
    """Write a run directory as measuring leaves it, before anything is derived, and return it."""
    run.mkdir(parents=True)
    (run / EXPERIMENT).write_bytes(encode(experiment))
    (run / TRIALS).write_bytes(b"".join(encode(trial) + b"\n" for trial in trials))
    return run


def text_in(run: Path) -> str:
    """Return all text in a run directory, without the libraries of report.html: in a megabyte any short name occurs."""
    every = (path.read_text(encoding="utf-8") for path in run.iterdir())
    return "".join(re.sub(r"<script[^>]*>.*?</script>", "", text, flags=re.DOTALL) for text in every)


def a_side(arm: str = "3.13t", mode: str = "threads", workers: int = 2, workload: str = "fib") -> Side:
    """Return a side."""
    return a_case(workload, mode, workers).under(arm)


def a_choice(
    best: tuple[str, int] = ("threads", 20),
    next_best: tuple[str, int] | None = ("processes", 20),
    ratio: float | None = 1.35,
    low: float | None = 1.3,
    high: float | None = 1.41,
    **fields: Any,
) -> Choice:
    """Return a choice of fib under 3.13, from ten blocks; without a ratio there is no estimate."""
    name = fields.get("workload", "fib")
    choice = Choice(
        workload=name,
        arm="3.13",
        best=a_case(name, *best),
        next_best=next_best and a_case(name, *next_best),
        estimate=None if ratio is None else an_estimate(ratio, low, high),
        provisional=False,
    )
    return replace(choice, **fields)


def an_estimate(
    point: float = 1.9, low: float | None = 1.85, high: float | None = 1.95, blocks: int | None = None
) -> Estimate:
    """Return an estimate from ten blocks, or from one where it has no interval."""
    return Estimate(point, low, high, (10 if low is not None else 1) if blocks is None else blocks)


def a_contrast(
    ratio: float = 1.9,
    low: float | None = 1.85,
    high: float | None = 1.95,
    *,
    blocks: int | None = None,
    primary: bool = True,
    verdict: Verdict | None = None,
    **fields: Any,
) -> Contrast:
    """Return a primary contrast without a verdict, 3.13t's two threads against the same build with its GIL on."""
    contrast = Contrast(
        subject=a_side("3.13t"),
        baseline=a_side("3.13t-gil"),
        span="whole",
        estimate=an_estimate(ratio, low, high, blocks),
        primary=Primary(verdict=verdict) if primary else None,
        provisional=False,
    )
    return replace(contrast, **fields)


def a_time(side: Side, seconds: float = 0.2, margin: float | None = 0.01, **fields: Any) -> Time:
    """Return a time with an interval of ±margin of it, from a single block without one."""
    interval = (None, None) if margin is None else (seconds * (1 - margin), seconds * (1 + margin))
    estimate = an_estimate(seconds, *interval)
    time = Time(side=side, span="whole", estimate=estimate)
    return replace(time, **fields)


def like_fib(arms: Iterable[str] = ARMS, cases: Iterable[tuple[str, int]] = CASES) -> dict[Spot, float]:
    """Return speeds as `fib` has them: 3.13t's serial takes twice as long, and only without the GIL do threads help."""
    serial = {"3.12": 0.115, "3.13": 0.1, "3.13t-gil": 0.205, "3.13t": 0.2}
    pace: dict[str, float] = {"serial": 1.0, "threads": 1.01, "processes": 1.06, "asyncio": 1.1}
    chosen = list(cases)
    return {
        (arm, mode, workers): serial[arm] * pace[mode] / _parallel(arm, mode, workers)
        for arm in arms
        for mode, workers in chosen
    }


def like_download() -> dict[Spot, float]:
    """Return speeds as `download` has them: serial waits, asyncio is first but slower where its wheels are pure."""
    plain = {"serial": 1.1, "threads": 0.21, "processes": 0.42, "asyncio": 0.15}
    free = {"serial": 1.155, "threads": 0.168, "processes": 0.462, "asyncio": 0.195}
    return {(arm, *case): (free if arm == "3.13t" else plain)[case[0]] for arm in ARMS for case in IO_CASES}


def seen_by_server(trial: Trial, **fields: Any) -> Trial:
    """Return the trial as the local server saw it: its jobs once, all workers waiting, a tenth of a CPU used.

    The client used a quarter of one.
    """
    whole = sum(value.whole_seconds for value in trial.values)
    seen = {"requests": 160, "connections": 2 * trial.workers, "peak_in_flight": trial.workers}
    server = Server(**{**seen, "cpu_seconds": 0.1 * whole, **fields})
    return replace(trial, cpu_seconds=0.25 * whole * trial.loops, server=server)


def seen_by_load(trial: Trial, pings: Sequence[float], **fields: Any) -> Trial:
    """Return the trial as the load on a service saw it: these latencies of pings in seconds, all sent when due."""
    seen = {"clients": 4, "ready_seconds": 0.5, "ping_seconds": tuple(pings), "late_seconds": (0.0,) * len(pings)}
    return replace(trial, service=Service(**{**seen, "load_cpu_seconds": 0.0, "load_whole_cpu_seconds": 0.3, **fields}))


def _parallel(arm: str, mode: str, workers: int) -> float:
    return workers if mode == "processes" or (mode == "threads" and arm == "3.13t") else 1


def _drift(block: int) -> float:
    return 1 + 0.05 * (block % 2)


def _deviation(block: int, number: int, wobble: float) -> float:
    return 1 + wobble * ((7 * block + 11 * number + 3 * block * number) % 13 - 6) / 6
