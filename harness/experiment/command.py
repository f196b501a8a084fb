"""`python -m harness measure ENVIRONMENTS OPTIONS`: what `nox -s bench` does once the interpreters are prepared.

ENVIRONMENTS is the folder in which the bench sessions left word of what they prepared.
"""

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO, cast

import msgspec
from rich.console import Console

from harness import __version__
from harness.errors import UsageError
from harness.experiment import resume, run_settings
from harness.experiment.console import Output
from harness.experiment.machine import description
from harness.experiment.machine.lock import alone
from harness.experiment.measure import memory_trial, sites
from harness.experiment.measure.loop import Bench, measure, record
from harness.experiment.measure.schedule import Turn
from harness.experiment.measure.sites import Source
from harness.experiment.options import Options
from harness.experiment.plan import (
    aa_control,
    arms,
    calibrate,
    declared_contrasts,
    gil_culprits,
    preview,
    workload_files,
)
from harness.experiment.plan.cases import Plan, plan
from harness.experiment.process import orphans
from harness.experiment.process.worker_code import worker_sha256
from harness.experiment.process.worker_process import Outcome, PreparedArm
from harness.experiment.progress import watching
from harness.records import FORMAT, Arm, Case, Experiment, PlannedCase, Settings, Shadow
from harness.runs import journal, read_experiment, read_journal, read_run
from harness.runs.validate import refuse_unreadable

NOTHING_MEASURED = 1
INTERRUPTED = 130  # what a shell reports for a program that Ctrl-C ended


@dataclass(frozen=True)
class Setup:
    """A new run before anything is measured."""

    options: Options
    prepared: list[PreparedArm]
    planned: Plan
    settings: Settings
    sources: dict[str, Source]


def main(arguments: list[str]) -> int:
    """Plan, calibrate, measure and report; return the exit status: 0, 1 when nothing was measured, 130 after Ctrl-C."""
    # What is drawn on a terminal needs rich's own way of writing to one; a lost terminal sends SIGHUP besides.
    console = Console(file=cast("TextIO", Output()))
    try:
        options = resume.requested(arguments[1:])
        environments = arms.environments(Path(arguments[0]))
        begin = _new if options.resume is None else _resume
        with alone(wait=options.wait, show=lambda text: console.print(text, markup=False, soft_wrap=True)):
            return begin(options, arms.prepare(environments, gil_arm=options.gil_arm), console)
    except KeyboardInterrupt:
        print("Interrupted before anything was measured.", file=sys.stderr)
        return INTERRUPTED


def _new(options: Options, prepared: list[PreparedArm], console: Console) -> int:
    if not options.plan_only:
        _make_folder(options.results)
    settings = run_settings.settings(options, prepared)
    planned = plan(options, settings, prepared, description.usable_cpus())
    with sites.sources(planned.files, planned.workloads, settings.sites) as sources:
        setup = Setup(options, prepared, planned, settings, sources)
        if options.plan_only or settings.size == "original":
            _show(setup, console)
        return 0 if options.plan_only else _begin(setup, console)


def _show(setup: Setup, console: Console) -> None:
    expected = {}
    for workload in setup.planned.workloads:
        cases = [case for case in setup.planned.cases if case.workload == workload.name]
        if not cases:
            continue
        job = preview.job_seconds(setup.sources[workload.name], setup.prepared, setup.settings, cases)
        for case in cases:
            expected[case] = preview.trial_seconds(case, workload, job, setup.prepared, setup.settings)
    labels = [each.arm for each in setup.prepared]
    doubled = _shadow(setup, list(setup.planned.cases), labels)
    drawn, sentence = preview.table(expected, setup.settings, doubled)
    count = preview.block_count(preview.block_of(expected, doubled)[1], setup.settings)
    declared = declared_contrasts.declare(setup.planned.cases, labels)
    sentence += preview.memory(expected, setup.settings)
    sentence += " " + preview.widths(
        declared, count, description.describe(), setup.options.results, setup.settings.scaling
    )
    console.print(drawn)
    for each in setup.planned.skipped:
        mode = each.mode if each.workers is None else f"{each.mode} with {each.workers} workers"
        console.print(f"{each.workload} is not measured in mode {mode}: {each.reason}.", markup=False, soft_wrap=True)
    console.print(sentence, markup=False, highlight=False, soft_wrap=True)


def _begin(setup: Setup, console: Console) -> int:
    guilty = gil_culprits.culprits(setup.planned.files, setup.prepared)
    for each in guilty:
        console.print(gil_culprits.sentence(each), markup=False, highlight=False, soft_wrap=True)
    labels = [each.arm for each in setup.prepared]
    uncalibrated = tuple(PlannedCase(case=case, loops=1, values=1, warmups=0) for case in setup.planned.cases)
    experiment = Experiment(
        format=FORMAT,
        harness_version=__version__,
        started_at=datetime.now(UTC).isoformat(timespec="seconds"),
        settings=setup.settings,
        machine=description.describe(),
        arms=tuple(labels),
        mismatches=tuple(arms.mismatches(setup.prepared)),
        workloads=setup.planned.workloads,
        cases=uncalibrated,
        skipped=setup.planned.skipped,
        pairs=tuple(declared_contrasts.declare(setup.planned.cases, labels)),
        shadow=_shadow(setup, list(setup.planned.cases), labels),
        culprits=tuple(guilty),
        worker_sha256=worker_sha256(),
    )
    refuse_unreadable(experiment)  # calibrating takes minutes
    cases, failures = _calibrate(setup, console)
    experiment = msgspec.structs.replace(
        experiment,
        started_at=datetime.now(UTC).isoformat(timespec="seconds"),
        cases=tuple(cases),
        shadow=_shadow(setup, [planned.case for planned in cases], labels),
    )
    run = _new_directory(setup.options.results, experiment)
    with journal.journal(run) as file:
        for turn, outcome in failures:
            journal.append(file, record(turn, outcome))
    bench = Bench(experiment, {each.arm.label: each for each in setup.prepared}, setup.sources)
    return _measure(bench, run, run_settings.resume_command(setup.prepared, setup.options, str(run)), console)


def _shadow(setup: Setup, cases: list[Case], arms: list[Arm]) -> Shadow | None:
    # What gives no verdicts needs no judge of them: a quick run, and the size that ran everything once in its source.
    unjudged = setup.settings.profile == "quick" or setup.settings.size == "original"
    return None if unjudged else aa_control.declare(cases, arms)


def _calibrate(setup: Setup, console: Console) -> tuple[list[PlannedCase], list[tuple[Turn, Outcome]]]:
    cases: list[PlannedCase] = []
    failures: list[tuple[Turn, Outcome]] = []
    bounds = {workload.name: workload.bound for workload in setup.planned.workloads}
    for case in setup.planned.cases:
        console.print(f"calibrating {case}", markup=False, highlight=False)
        source = setup.sources[case.workload]
        calibrated, failed = calibrate.calibrate(case, bounds[case.workload], source, setup.prepared, setup.settings)
        cases += [calibrated] if calibrated else []
        failures += failed
    return cases, failures


def _resume(options: Options, prepared: list[PreparedArm], console: Console) -> int:
    run = options.resume or Path()
    experiment = read_experiment(run)
    selected = resume.select(experiment, prepared)
    found = resume.files_of(experiment, workload_files.find(options.workloads))
    with sites.sources(found, experiment.workloads, experiment.settings.sites) as sources:
        bench = Bench(experiment, {each.arm.label: each for each in selected}, sources)
        return _measure(bench, run, run_settings.resume_command(selected, options, str(run)), console)


def _measure(bench: Bench, run: Path, again: str, console: Console) -> int:
    interrupted = False
    known = orphans.children()
    try:
        with journal.journal(run) as file, watching(bench.experiment, console) as progress:
            reason = measure(bench, file, read_run(run)[1].trials, progress)
            measured = read_run(run)[1].trials if bench.experiment.settings.memory_blocks else ()
            for trial in memory_trial.measure_memory(bench, measured, progress):
                journal.append(file, trial)
        console.print(f"Done: {reason}.", markup=False, highlight=False)
    except KeyboardInterrupt:
        interrupted = True
        orphans.end(known, 0.0)  # a worker that was just being started, too
        console.print("Interrupted; the report is made of what there is.")
    except UsageError as error:
        message = f"{error} Then go on with: {again}"
        raise UsageError(message) from error
    # A process of its own, so that measuring never loads what draws plots.
    try:
        reported = subprocess.run([sys.executable, "-m", "harness", "report", str(run)], check=False).returncode
    except KeyboardInterrupt:
        interrupted = True
        reported = INTERRUPTED
        said = f"Interrupted in its report; what was measured is in {run}. Make the report with: nox -s report -- {run}"
        console.print(said, markup=False, highlight=False, soft_wrap=True)
    if interrupted:
        console.print(f"Go on with: {again}", markup=False, highlight=False, soft_wrap=True)
        return INTERRUPTED
    return reported or (0 if any(trial.status == "ok" for trial in read_journal(run).trials) else NOTHING_MEASURED)


def _make_folder(results: Path) -> None:
    try:
        results.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=results):
            pass
    except OSError as error:
        message = f"No run directory can be made in {results}: {error.strerror}. Choose another with --results."
        raise UsageError(message) from error


def _new_directory(results: Path, experiment: Experiment) -> Path:
    name = experiment.started_at.replace(":", "-").replace("+00-00", "Z")
    for path in [results / name, *(results / f"{name}-{number}" for number in range(2, 100))]:
        try:
            path.mkdir()
        except FileExistsError:
            continue
        except OSError as error:
            raise journal.unwritable(path, error) from error
        journal.write_experiment(path, experiment)
        return path
    message = f"{results} has a hundred runs of this second. Choose another folder with --results."
    raise UsageError(message)
