"""`<arm>.json`: the usable trials of an arm in pyperf's own format. The only file of this room that knows that format.

For looking at, not for judging: pyperf's `compare_to` treats all values of a process as independent and knows nothing
of blocks, so the verdicts are in contrasts.json and never come from here.

The files are written without pyperf's own classes: these took longer than any other part of a long run's report.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import reduce
from pathlib import Path
from typing import Any

from msgspec.json import encode

from harness.records import Arm, Case, Machine, Side, Trial
from harness.report.results import Results
from harness.report.text.escape import one_line
from harness.report.text.file_names import export_names
from harness.runs import replacing

Metadata = dict[str, str | int | float]

VERSION = "1.0"  # of the format; pyperf 2.10 writes it and reads it (pyperf/_bench.py, _JSON_VERSION)
LEAST_SECONDS = 1e-9  # pyperf refuses a value of zero, which a clock's resolution can yield


def write_exports(results: Results, run: Path) -> None:
    """Write one file per arm that has usable trials: pyperf accepts no empty one, so an old file then goes."""
    names = export_names(results.experiment)
    for arm in results.experiment.arms:
        path = run / names[arm.label]
        suite = export(results, arm)
        if suite is None:
            path.unlink(missing_ok=True)
        else:
            with replacing(path) as file:
                file.write(encode(suite, order="sorted") + b"\n")


def export(results: Results, arm: Arm) -> dict[str, Any] | None:
    """Return one pyperf benchmark per case ("fib/threads/2") with one run per usable trial, in block order.

    Values are seconds per loop of the whole span. As pyperf does it, metadata stand once for all that have them in
    common. None when the arm has no usable trial.
    """
    sides: dict[Side, list[Trial]] = {}
    for trial in results.usable:
        if trial.arm == arm.label:
            sides.setdefault(trial.side, []).append(trial)
    if not sides:
        return None
    everywhere: Metadata = {**_machine(results.experiment.machine), **_interpreter(arm), "unit": "second"}
    benchmarks = [_benchmark(side.case, trials) for side, trials in sorted(sides.items(), key=lambda item: item[0])]
    shared = _common(each["metadata"] for each in benchmarks)
    return {
        "version": VERSION,
        "metadata": {**everywhere, **shared},
        "benchmarks": [{**each, "metadata": _without(shared, each["metadata"])} for each in benchmarks],
    }


def _benchmark(case: Case, trials: Iterable[Trial]) -> dict[str, Any]:
    ordered = sorted(trials, key=lambda trial: (trial.block, trial.order))
    runs = [_trial(trial) for trial in ordered]
    shared = _common(runs)
    return {
        "metadata": {**_case(case), **shared},
        "runs": [
            {
                "values": [max(value.whole_seconds, LEAST_SECONDS) for value in trial.values],
                "metadata": _without(shared, run),
            }
            for trial, run in zip(ordered, runs, strict=True)
        ],
    }


def _common(metadata: Iterable[Metadata]) -> Metadata:
    return reduce(lambda common, each: dict(common.items() & each.items()), metadata)


def _without(shared: Metadata, metadata: Metadata) -> Metadata:
    return {key: value for key, value in metadata.items() if key not in shared}


def _case(case: Case) -> Metadata:
    return _filled({"name": str(case), "workload": case.workload, "mode": case.mode, "workers": case.workers})


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
        "block": trial.block,
        "order": trial.order,
        "loops": trial.loops,
        "answer": one_line(trial.answer or ""),
        "start_method": one_line(trial.start_method or ""),
        "gil": None if trial.gil is None else "on" if any(at_end) else "off",
        "cpu_seconds": trial.cpu_seconds,
        "duration": trial.elapsed_seconds or None,
        "date": _date(trial.started_at),
    }
    return _known(known)


def _filled(metadata: Mapping[str, str | int | float | None]) -> Metadata:
    """Only what is known, in one line each: pyperf accepts neither None nor empty text nor line ends."""
    return _known({key: one_line(value) if isinstance(value, str) else value for key, value in metadata.items()})


def _known(metadata: Mapping[str, str | int | float | None]) -> Metadata:
    return {key: value for key, value in metadata.items() if value is not None and value != ""}


def _date(started_at: str) -> str | None:
    """A date as pyperf writes it: local to the run, without a zone; None when the text is not a date."""
    try:
        return datetime.fromisoformat(started_at).replace(tzinfo=None).isoformat(sep=" ")
    except ValueError:
        return None
