"""`<arm>.json`: the usable trials of an arm in pyperf's own format. The only file of this room that knows pyperf.

For looking at, not for judging: pyperf's `compare_to` treats all values of a process as independent and knows nothing
of blocks, so the verdicts are in contrasts.json and never come from here.
"""

from collections.abc import Mapping
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from pathlib import Path

import pyperf

from harness.records import Arm, Case, Experiment, Machine, Trial
from harness.report.names import export_names
from harness.report.outcome import Outcome
from harness.report.text import one_line

Metadata = dict[str, str | int | float]

LEAST_SECONDS = 1e-9  # pyperf refuses a value of zero, which a clock's resolution can yield


def write_exports(outcome: Outcome, run: Path) -> None:
    """Write one file per arm that has usable trials: pyperf accepts no empty one, so an old file then goes."""
    names = export_names(outcome.experiment)
    for arm in outcome.experiment.arms:
        path = run / names[arm.label]
        suite = export(outcome, arm)
        if suite is None:
            path.unlink(missing_ok=True)
        else:
            suite.dump(str(path), replace=True)


def export(outcome: Outcome, arm: Arm) -> pyperf.BenchmarkSuite | None:
    """Return one pyperf benchmark per case ("fib/threads/2") with one run per usable trial, in block order.

    Values are seconds per loop of the whole span. None when the arm has no usable trial.
    """
    trials = sorted((t for t in outcome.usable if t.arm == arm.label), key=lambda t: (t.side, t.block, t.order))
    cases = [
        pyperf.Benchmark([_run(outcome.experiment, arm, side.case, trial) for trial in of_side])
        for side, of_side in groupby(trials, key=attrgetter("side"))
    ]
    return pyperf.BenchmarkSuite(cases) if cases else None


def _run(experiment: Experiment, arm: Arm, case: Case, trial: Trial) -> pyperf.Run:
    return pyperf.Run(
        [max(value.whole_seconds, LEAST_SECONDS) for value in trial.values],
        metadata={
            **_machine(experiment.machine),
            **_interpreter(arm),
            **_trial(trial),
            "name": one_line(str(case)),
            "unit": "second",
        },
        collect_metadata=False,
    )


def _machine(machine: Machine) -> Metadata:
    return _filled(
        {
            "cpu_model_name": machine.cpu_model,
            "platform": f"{machine.system}-{machine.kernel}-{machine.architecture}",
            "usable_cpus": machine.usable_cpus,
        }
    )


def _interpreter(arm: Arm) -> Metadata:
    return _filled(
        {
            "arm": arm.label,
            "python_version": arm.build.version,
            "python_implementation": arm.build.implementation,
            "python_compiler": arm.build.compiler,
            "free_threaded_build": "yes" if arm.build.free_threaded else "no",
        }
    )


def _trial(trial: Trial) -> Metadata:
    at_end = () if trial.gil is None else (trial.gil.at_end, *(process.at_end for process in trial.gil.pool))
    known: dict[str, str | int | float | None] = {
        "workload": trial.workload,
        "mode": trial.mode,
        "workers": trial.workers,
        "block": trial.block,
        "order": trial.order,
        "loops": trial.loops,
        "answer": trial.answer,
        "start_method": trial.start_method,
        "gil": None if trial.gil is None else "on" if any(at_end) else "off",
        "cpu_seconds": trial.cpu_seconds,
        "duration": trial.elapsed_seconds or None,
        "date": _date(trial.started_at),
    }
    return _filled(known)


def _filled(metadata: Mapping[str, str | int | float | None]) -> Metadata:
    """Only what is known, in one line each: pyperf accepts neither None nor empty text nor line ends."""
    lines = {key: one_line(value) if isinstance(value, str) else value for key, value in metadata.items()}
    return {key: value for key, value in lines.items() if value is not None and value != ""}


def _date(started_at: str) -> str | None:
    """A date as pyperf writes it: local to the run, without a zone; None when the text is not a date."""
    try:
        return datetime.fromisoformat(started_at).replace(tzinfo=None).isoformat(sep=" ")
    except ValueError:
        return None
