"""trials.csv and contrasts.csv, for notebooks (docs/csv.md describes the columns).

They are written on demand only: those of a long run are larger than its journal.
"""

import argparse
import csv
from collections.abc import Iterable, Iterator, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from harness.analysis.results.latency import quantiles
from harness.analysis.samples.canaries import FastSeconds, clean
from harness.errors import writing
from harness.records import QUANTILES, Contrast, Service, Trial, Value
from harness.report.exports.contrasts_file import published
from harness.report.programs.run_argument import add_run, chosen_run
from harness.report.results import Results, derive
from harness.runs import replacing

TRIALS_CSV, CONTRASTS_CSV = "trials.csv", "contrasts.csv"
OF_TRIAL = (
    *("block", "order", "attempt", "purpose", "workload", "mode", "workers", "arm", "status", "reason", "started_at"),
    *("elapsed_seconds", "loops", "warmup_seconds", "cpu_seconds", "user_cpu_seconds", "system_cpu_seconds"),
    *("run_delay_seconds", "minor_faults", "major_faults", "voluntary_switches", "involuntary_switches"),
    *("peak_pss_bytes", "counted"),
)
AROUND = ("other_cpu_seconds", "steal_seconds", "pressure_seconds", "throttled_seconds", "megahertz")
OF_SERVICE = ("ping_p50_seconds", "ping_p99_seconds", "ping_max_seconds", "load_cpu_seconds")
SPANS = ("start_seconds", "work_seconds", "stop_seconds", "whole_seconds")
OF_VALUE = ("value", *SPANS, "canary_before_seconds", "canary_after_seconds", "marked")
OF_SIDE = ("workload", "mode", "workers", "arm")
OF_CONTRAST = (
    *("span", "ratio", "low", "high", "blocks", "primary", "provisional", "target_reached"),
    *("verdict", "p_value", "adjusted_p_value", "builds_differ"),
)


def write_csv(results: Results, run: Path) -> None:
    """Write a row per value, or per trial that has none, and a row per contrast; unknown cells stay empty."""
    _write(run / TRIALS_CSV, *trials_rows(results))
    _write(run / CONTRASTS_CSV, *contrasts_rows(results))


def trials_rows(results: Results) -> tuple[Sequence[str], Iterable[Sequence[Any]]]:
    """Return the header and the rows of trials.csv."""
    rows = (row for trial in results.journal.trials for row in _values(trial, results.fast))
    return (*OF_TRIAL, *AROUND, *OF_SERVICE, *OF_VALUE), rows


def contrasts_rows(results: Results) -> tuple[Sequence[str], Iterable[Sequence[Any]]]:
    """Return the header and the rows of contrasts.csv."""
    sides = [f"{which}_{name}" for which in ("subject", "baseline") for name in OF_SIDE]
    return (*sides, *OF_CONTRAST), map(_contrast, results.contrasts)


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    with replacing(path) as whole, TextIOWrapper(whole, encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def _values(trial: Trial, fast: FastSeconds) -> Iterator[list[Any]]:
    of_trial = [getattr(trial, name) for name in OF_TRIAL]
    of_trial += [getattr(trial.surroundings, name, None) for name in AROUND]
    of_trial += _of_service(trial.service)
    if not trial.values:
        yield [*of_trial, *[None] * len(OF_VALUE)]
        return
    for number, (value, good) in enumerate(zip(trial.values, clean(trial, fast), strict=True), 1):
        yield [*of_trial, number, *_spans(value), *(value.canary_seconds or (None, None)), int(not good)]


def _of_service(service: Service | None) -> list[Any]:
    latencies = dict(quantiles(service))
    return [*(latencies.get(name) for name in QUANTILES), getattr(service, "load_cpu_seconds", None)]


def _spans(value: Value) -> list[float]:
    return [getattr(value, name) for name in SPANS]


def _contrast(contrast: Contrast) -> list[Any]:
    sides: list[Any] = [getattr(side, name) for side in (contrast.subject, contrast.baseline) for name in OF_SIDE]
    row = published(contrast)
    return [*sides, *(_plain(getattr(row, name)) for name in OF_CONTRAST)]


def _plain(field: Any) -> Any:
    return int(field) if isinstance(field, bool) else field


def main(arguments: Sequence[str]) -> int:
    """Write the two files and print their paths; return 0."""
    parser = argparse.ArgumentParser(prog="nox -s csv --", description="Write a run's trials and contrasts as CSV.")
    add_run(parser)
    run = chosen_run(parser.parse_args(arguments))
    results = derive(run)
    with writing("The CSV", f"nox -s csv -- {run}"):
        write_csv(results, run)
    print(f"{run / TRIALS_CSV}\n{run / CONTRASTS_CSV}")
    return 0
