"""The pinned report: a run with something in every section, and how golden.md is made from it.

After a change that is meant to change the report: `python -m tests.report.golden`, then read the diff.
"""

import tempfile
from pathlib import Path

from msgspec.structs import replace

from harness.experiment.pairs import declare
from harness.records import Case, Distribution, PlannedCase, Skipped
from harness.report.markdown import report
from harness.report.outcome import derive
from tests.builders import (
    ARMS,
    CASES,
    IO_CASES,
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

PICTURES = {"fib.svg", "download.svg"}
GOLDEN = Path(__file__).with_name("golden.md")


def rendered(folder: Path) -> str:
    """Return the report about the run, its pictures taken as drawn."""
    trials = trials_like(like_fib(), 12, wobble=0.03)
    trials[7] = replace(trials[7], status="failed", values=(), answer=None, reason="it exited with code 1")
    downloads = [seen_by_server(trial) for trial in trials_like(like_download(), 12, wobble=0.03, workload="download")]
    calibration = a_trial("3.13t", block=0)
    return report(derive(write_run(folder / "run", _experiment(), [calibration, *trials, *downloads])), PICTURES)


def _experiment():
    asyncio = Skipped(workload="fib", mode="asyncio", reason="it has no run_async")
    many = Skipped(workload="download", mode="processes", workers=160, reason="starting them would take far longer")
    arms = [_arm(label) for label in ARMS]
    cases = [Case(workload="fib", mode=mode, workers=workers) for mode, workers in CASES]
    cases += [Case(workload="download", mode=mode, workers=workers) for mode, workers in IO_CASES]
    experiment = an_experiment(
        arms,
        workloads=[a_workload(), _download()],
        cases=(),
        skipped=(asyncio, many),
        mismatches=("3.13 and 3.13t differ in patch level (3.13.5 / 3.13.7)",),
    )
    return replace(
        experiment,
        cases=tuple(PlannedCase(case=case, loops=1, values=1, warmups=0) for case in cases),
        pairs=tuple(declare(cases, arms)),
        machine=replace(experiment.machine, governor="performance"),
    )


def _download():
    summary = "I/O-bound: download pages over HTTP."
    return a_workload("download", bound="io", jobs=160, summary=summary, latency_seconds=0.005)


def _arm(label):
    yarl = Distribution(name="yarl", version="1.22.0", tag="x", compiled="t" not in label)
    arm = an_arm(label)
    return replace(arm, distributions=(*arm.distributions, yarl) if label != "3.12" else arm.distributions)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        GOLDEN.write_text(rendered(Path(folder)), encoding="utf-8")
