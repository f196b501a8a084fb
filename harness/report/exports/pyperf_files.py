"""`<arm>.json`: the usable trials of an arm in pyperf's own format. Only this file of the room knows that format.

The files are for looking at values, not for judging them: pyperf's `compare_to` treats all values of a process as
independent and ignores blocks, so verdicts come from contrasts.json only.

The files are written without pyperf's own classes, which took longer than any other part of a long run's report.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import reduce
from itertools import repeat
from pathlib import Path
from typing import Any

from msgspec.json import encode

from harness.records import Arm, Case, Gil, Machine, Side, Trial
from harness.report.results import Results
from harness.report.text.escape import one_line
from harness.report.text.file_names import export_names
from harness.runs import replacing

Metadata = dict[str, str | int | float]

VERSION = "1.0"  # of the format; pyperf 2.10 writes it and reads it (pyperf/_bench.py, _JSON_VERSION)
LEAST_SECONDS = 1e-9  # pyperf refuses a value of zero, which a clock's resolution can yield


def write_exports(results: Results, run: Path) -> None:
    """Write one file per arm that has usable trials: pyperf accepts no empty file, so an older one is removed."""
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

    Values are seconds per loop of the whole span. As in pyperf's own files, metadata that all runs share are written
    once. None when the arm has no usable trial.
    """
    sides: dict[Side, list[Trial]] = {}
    for trial in results.usable:
        if trial.arm == arm.label:
            sides.setdefault(trial.side, []).append(trial)
    if not sides:
        return None
    everywhere: Metadata = {**_machine(results.experiment.machine), **_interpreter(arm), "unit": "second"}
    benchmarks = [_benchmark(side.case, trials) for side, trials in sorted(sides.items(), key=lambda item: item[0])]
    shared = _common(benchmark["metadata"] for benchmark in benchmarks)
    return {
        "version": VERSION,
        "metadata": {**everywhere, **shared},
        "benchmarks": [{**benchmark, "metadata": _without(shared, benchmark["metadata"])} for benchmark in benchmarks],
    }


def _benchmark(case: Case, trials: Iterable[Trial]) -> dict[str, Any]:
    ordered = sorted(trials, key=lambda trial: (trial.block, trial.order))
    columns = {name: column for name, column in _columns(ordered).items() if any(cell is not None for cell in column)}
    shared = {name: column[0] for name, column in columns.items() if column.count(column[0]) == len(column)}
    varying = [name for name in columns if name not in shared]
    rows = zip(*(columns[name] for name in varying), strict=True) if varying else repeat((), len(ordered))
    return {
        "metadata": {**_case(case), **shared},
        "runs": [
            {
                "values": [max(value.whole_seconds, LEAST_SECONDS) for value in trial.values],
                "metadata": {name: cell for name, cell in zip(varying, row, strict=True) if cell is not None},
            }
            for trial, row in zip(ordered, rows, strict=True)
        ],
    }


def _common(metadata: Iterable[Metadata]) -> Metadata:
    return reduce(lambda common, other: dict(common.items() & other.items()), metadata)


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


def _columns(trials: Sequence[Trial]) -> dict[str, list[str | int | float | None]]:
    """Return the metadata of trials by columns: a dict for each trial takes three times as long."""
    return {
        "block": [trial.block for trial in trials],
        "order": [trial.order for trial in trials],
        "loops": [trial.loops for trial in trials],
        "answer": _texts([trial.answer for trial in trials]),
        "start_method": _texts([trial.start_method for trial in trials]),
        "gil": [None if trial.gil is None else _gil(trial.gil) for trial in trials],
        "cpu_seconds": [trial.cpu_seconds for trial in trials],
        "duration": [trial.elapsed_seconds or None for trial in trials],
        "date": [_date(trial.started_at) for trial in trials],
    }


def _texts(column: list[str | None]) -> list[str | int | float | None]:
    lines = {text: one_line(text or "") or None for text in set(column)}
    return [lines[text] for text in column]


def _gil(gil: Gil) -> str:
    return "on" if gil.at_end or any(process.at_end for process in gil.pool) else "off"


def _filled(metadata: Mapping[str, str | int | float | None]) -> Metadata:
    """Only known values, in one line each: pyperf accepts neither None nor empty text nor line ends."""
    lines = {key: one_line(value) if isinstance(value, str) else value for key, value in metadata.items()}
    return {key: value for key, value in lines.items() if value is not None and value != ""}


def _date(started_at: str) -> str | None:
    """A date as pyperf writes it: local to the run, without a zone; None when the text is not a date."""
    try:
        return datetime.fromisoformat(started_at).replace(tzinfo=None).isoformat(sep=" ")
    except ValueError:
        return None
