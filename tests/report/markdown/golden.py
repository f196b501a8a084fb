"""The pinned report: a run with something in every section, and how golden.md is made from it.

After a change that is meant to change the report: `python -m tests.report.markdown.golden`, then read the diff.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from msgspec.structs import replace

from harness.experiment.plan.declared_contrasts import declare
from harness.records import Arm, Distribution, Experiment, PlannedCase, Skipped, Trial, Workload
from harness.report.markdown.render import report
from harness.report.results import Results, derive
from tests.builders import (
    ARMS,
    CASES,
    IO_CASES,
    a_case,
    a_side,
    a_trial,
    a_workload,
    an_arm,
    an_experiment,
    like_download,
    like_fib,
    seen_by_server,
    trials_like,
    write_run,
)
from tests.disturbed import control_trials, slow, watched, with_control

PICTURES = {f"{name}{kind}.svg" for name in ("fib", "download") for kind in ("", "-decomposition", "-scaling")}
GOLDEN = Path(__file__).with_name("golden.md")


def rendered(folder: Path) -> str:
    """Return the report about the run, its pictures taken as drawn."""
    return report(golden_results(folder), PICTURES)


def golden_results(folder: Path) -> Results:
    """Return what the report is about: a run that is written into the folder."""
    experiment = _experiment()
    trials = trials_like(like_fib(), 12, wobble=0.03)
    trials[7] = replace(trials[7], status="failed", values=(), answer=None, reason="it exited with code 1")
    trials += map(seen_by_server, trials_like(like_download(), 12, wobble=0.03, workload="download"))
    trials = [_watched(trial) for trial in (*trials, *control_trials(experiment, trials, 12))]
    journal = [
        a_trial("3.13t", block=0),
        *(attempt for trial in trials for attempt in _attempts(trial)),
        *_memory_trials(),
    ]
    return derive(write_run(folder / "run", experiment, journal))


def _memory_trials() -> Iterator[Trial]:
    """Six blocks of fib in which each process takes 20 MiB, on 3.13t a fifth more."""
    for number, trial in enumerate(trials_like(like_fib(), 6)):
        mebibytes = (20 * (1 + trial.workers * (trial.mode == "processes"))) * (1.2 if trial.arm == "3.13t" else 1)
        size = round(mebibytes * 2**20 * (1 + number % 7 / 100))
        yield replace(trial, purpose="memory", peak_pss_bytes=size)


def _watched(trial: Trial) -> Trial:
    trial = replace(
        trial,
        system_cpu_seconds=0.1 * (trial.cpu_seconds or 0),
        run_delay_seconds=0.002 * trial.workers,
        minor_faults=100 * trial.workers,
        voluntary_switches=3 * trial.workers,
        involuntary_switches=trial.block,
    )
    at_once = min(2, trial.workers) if trial.mode in ("threads", "processes") else 1
    return watched(trial, kind="zlib 1.3.1" + (f", {at_once} threads" if at_once > 1 else ""))


def _attempts(trial: Trial) -> list[Trial]:
    """Two threads of fib on 3.13t were disturbed for good in two blocks; elsewhere a repetition was undisturbed."""
    if trial.side == a_side("3.13t", "threads", 2) and trial.block in (5, 9):
        return [slow(trial, attempt=attempt) for attempt in range(3)]
    if trial.side == a_side("3.13", "serial", 1) and trial.block == 6:
        return [slow(trial), replace(trial, attempt=1)]
    if trial.side == a_side("3.12", "asyncio", 20, "download") and trial.block == 2:
        assert trial.surroundings is not None
        busy = replace(trial.surroundings, other_cpu_seconds=0.3)
        return [replace(trial, surroundings=busy), replace(trial, attempt=1)]
    return [trial]


def _experiment() -> Experiment:
    asyncio = Skipped(workload="fib", mode="asyncio", reason="it has no run_async")
    many = Skipped(workload="download", mode="processes", workers=160, reason="starting them would take far longer")
    arms = [_arm(label) for label in ARMS]
    cases = [a_case("fib", mode, workers) for mode, workers in CASES]
    cases += [a_case("download", mode, workers) for mode, workers in IO_CASES]
    experiment = an_experiment(
        arms,
        workloads=[a_workload(), _download()],
        cases=(),
        skipped=(asyncio, many),
    )
    planned = replace(
        experiment,
        cases=tuple(PlannedCase(case=case, loops=1, values=1, warmups=0) for case in cases),
        pairs=tuple(declare(experiment.workloads, cases, arms, 2)),
        machine=replace(experiment.machine, governor="performance"),
    )
    return with_control(planned)


def _download() -> Workload:
    summary = "I/O-bound: download pages over HTTP."
    return a_workload(
        "download",
        bound="io",
        jobs=160,
        summary=summary,
        latency_seconds=0.005,
        library="requests",
        async_library="aiohttp",
    )


def _arm(label: str) -> Arm:
    yarl = Distribution(name="yarl", version="1.22.0", tag="x", compiled="t" not in label)
    arm = an_arm(label)
    if label.startswith("3.13t"):
        arm = replace(arm, build=replace(arm.build, version="3.13.7"))
    return replace(arm, distributions=(*arm.distributions, yarl) if label != "3.12" else arm.distributions)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        GOLDEN.write_text(rendered(Path(folder)), encoding="utf-8")
