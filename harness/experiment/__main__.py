"""`python -m harness.experiment ENVIRONMENTS OPTIONS`: what `nox -s bench` does once the interpreters are prepared.

ENVIRONMENTS is the folder in which the bench sessions left word of what they prepared.
"""

import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from harness import __version__
from harness.errors import UsageError
from harness.experiment import arms, calibrate, expect, files, journal, machine, pairs, resume, settle
from harness.experiment.blocks import Turn
from harness.experiment.measure import Bench, measure, record
from harness.experiment.options import Options, parse
from harness.experiment.plan import Plan, plan
from harness.experiment.progress import watching
from harness.experiment.trials import Outcome, PreparedArm
from harness.records import FORMAT, Experiment, PlannedCase, Settings
from harness.runs import read_experiment, read_journal

INTERRUPTED = 130  # what a shell reports for a program that Ctrl-C ended


def main(arguments: list[str]) -> int:
    """Plan, calibrate, measure and report; the exit code is 2 for what a user can mend."""
    console = Console()
    try:
        options = parse(arguments[1:])
        found = arms.environments(Path(arguments[0]))
        prepared = arms.prepare(found, gil_arm=options.gil_arm)
        if options.resume is not None:
            return _resume(options, prepared, console)
        planned = plan(options, prepared, machine.usable_cpus())
        settings = settle.settings(options, prepared)
        if options.plan_only:
            return _show(planned, prepared, settings, console)
        return _begin(options, planned, prepared, settings, console)
    except UsageError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2
    except KeyboardInterrupt:
        print("Interrupted before anything was measured.", file=sys.stderr)  # noqa: T201
        return INTERRUPTED


def _show(planned: Plan, prepared: list[PreparedArm], settings: Settings, console: Console) -> int:
    expected = {}
    for workload in planned.workloads:
        job = expect.job_seconds(planned.files[workload.name], prepared, settings, workload)
        for case in (case for case in planned.cases if case.workload == workload.name):
            expected[case] = expect.trial_seconds(case, workload, job, prepared, settings)
    drawn, sentence = expect.table(expected, settings)
    console.print(drawn)
    for each in planned.skipped:
        console.print(
            f"{each.workload} is not measured in mode {each.mode}: {each.reason}.", markup=False, soft_wrap=True
        )
    console.print(sentence, markup=False, highlight=False, soft_wrap=True)
    return 0


def _begin(options: Options, planned: Plan, prepared: list[PreparedArm], settings: Settings, console: Console) -> int:
    if settings.size == "original":
        _show(planned, prepared, settings, console)
    cases, failures = _calibrate(planned, prepared, settings, console)
    experiment = Experiment(
        format=FORMAT,
        harness_version=__version__,
        started_at=datetime.now(UTC).isoformat(timespec="seconds"),
        settings=settings,
        machine=machine.describe(),
        arms=tuple(each.arm for each in prepared),
        mismatches=tuple(arms.mismatches(prepared)),
        workloads=planned.workloads,
        cases=tuple(cases),
        skipped=planned.skipped,
        pairs=tuple(pairs.declare(planned.cases, [each.arm for each in prepared])),
    )
    run = _new_directory(options.results, experiment)
    bench = Bench(experiment, {each.arm.label: each for each in prepared}, planned.files)
    again = settle.resume_command(prepared, options, str(run))
    with journal.journal(run) as file:
        for turn, outcome in failures:
            journal.append(file, record(turn, outcome))
    return _measure(bench, run, again, console)


def _calibrate(
    planned: Plan, prepared: list[PreparedArm], settings: Settings, console: Console
) -> tuple[list[PlannedCase], list[tuple[Turn, Outcome]]]:
    cases: list[PlannedCase] = []
    failures: list[tuple[Turn, Outcome]] = []
    for case in planned.cases:
        console.print(f"calibrating {case}", markup=False, highlight=False)
        calibrated, failed = calibrate.calibrate(case, planned.files[case.workload], prepared, settings)
        cases += [calibrated] if calibrated else []
        failures += failed
    return cases, failures


def _resume(options: Options, prepared: list[PreparedArm], console: Console) -> int:
    run = options.resume or Path()
    experiment = read_experiment(run)
    options = resume.options_of(experiment, options)
    selected = resume.select(experiment, prepared)
    found = resume.workload_files(experiment, files.find(options.workloads))
    bench = Bench(experiment, {each.arm.label: each for each in selected}, found)
    return _measure(bench, run, settle.resume_command(selected, options, str(run)), console)


def _measure(bench: Bench, run: Path, again: str, console: Console) -> int:
    interrupted = False
    try:
        with journal.journal(run) as file, watching(bench.experiment, console) as progress:
            reason = measure(bench, file, read_journal(run).trials, progress)
        console.print(f"Measured enough: {reason}.", markup=False, highlight=False)
    except KeyboardInterrupt:
        interrupted = True
        console.print("Interrupted; the report is made of what there is.")
    # A process of its own, so that measuring never loads what draws plots.
    reported = subprocess.run([sys.executable, "-m", "harness.report", str(run)], check=False).returncode  # noqa: S603
    if interrupted:
        console.print(f"Go on with: {again}", markup=False, highlight=False, soft_wrap=True)
        return INTERRUPTED
    return reported


def _new_directory(results: Path, experiment: Experiment) -> Path:
    name = experiment.started_at.replace(":", "-").replace("+00-00", "Z")
    for path in [results / name, *(results / f"{name}-{number}" for number in range(2, 100))]:
        try:
            path.mkdir(parents=True)
        except FileExistsError:
            continue
        except OSError as error:
            message = f"No run directory can be made in {results}: {error.strerror}. Choose another with --results."
            raise UsageError(message) from error
        journal.write_experiment(path, experiment)
        return path
    message = f"{results} has a hundred runs of this second. Choose another folder with --results."
    raise UsageError(message)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # to be ended is to be interrupted
    sys.exit(main(sys.argv[1:]))
