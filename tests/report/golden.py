"""The pinned report: a run with something in every section, and how golden.md is made from it.

After a change that is meant to change the report: `python -m tests.report.golden`, then read the diff.
"""

import tempfile
from pathlib import Path

from msgspec.structs import replace

from harness.records import Distribution, Skipped
from harness.report.markdown import report
from harness.report.outcome import derive
from tests.builders import ARMS, a_trial, an_arm, an_experiment, like_fib, trials_like, write_run

GOLDEN = Path(__file__).with_name("golden.md")


def rendered(folder: Path) -> str:
    """Return the report about the run, its picture taken as drawn."""
    trials = trials_like(like_fib(), 12, wobble=0.03)
    trials[7] = replace(trials[7], status="failed", values=(), answer=None, reason="it exited with code 1")
    calibration = a_trial("3.13t", block=0)
    return report(derive(write_run(folder / "run", _experiment(), [calibration, *trials])), {"fib.svg"})


def _experiment():
    asyncio = Skipped(workload="fib", mode="asyncio", reason="it has no run_async")
    experiment = an_experiment(
        [_arm(label) for label in ARMS],
        skipped=(asyncio,),
        mismatches=("3.13 and 3.13t differ in patch level (3.13.5 / 3.13.7)",),
    )
    return replace(experiment, machine=replace(experiment.machine, governor="performance"))


def _arm(label):
    yarl = Distribution(name="yarl", version="1.22.0", tag="x", compiled="t" not in label)
    arm = an_arm(label)
    return replace(arm, distributions=(*arm.distributions, yarl) if label != "3.12" else arm.distributions)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        GOLDEN.write_text(rendered(Path(folder)), encoding="utf-8")
