"""`python -m harness measure ENVIRONMENTS OPTIONS`: what `nox -s bench` does once the interpreters are prepared.

ENVIRONMENTS is the folder in which each bench session records the environment that it prepared.
"""

import sys
from pathlib import Path
from typing import TextIO, cast

from rich.console import Console

from harness.errors import UsageError
from harness.experiment import new_run, resume, run_settings
from harness.experiment.console import Output, show
from harness.experiment.machine import description
from harness.experiment.machine.lock import alone
from harness.experiment.measure import sites
from harness.experiment.measure.trial import Bench
from harness.experiment.options import Options
from harness.experiment.plan import arms, workload_files
from harness.experiment.plan.cases import plan
from harness.experiment.process.worker_process import PreparedArm
from harness.experiment.run import INTERRUPTED, measure_and_report
from harness.runs import directory, read_experiment


def main(arguments: list[str]) -> int:
    """Plan, calibrate, measure and report; return the exit status: 0, 1 when nothing was measured, 130 after Ctrl-C."""
    # rich draws on a terminal in its own way; a lost terminal also sends SIGHUP.
    console = Console(file=cast("TextIO", Output()))
    try:
        if not arguments:
            message = "No folder of prepared environments is named. `nox -s bench` prepares one and measures."
            raise UsageError(message)
        options = resume.requested(arguments[1:])
        environments = arms.environments(Path(arguments[0]))
        begin = _begin if options.resume is None else _resume
        with alone(wait=options.wait, show=lambda text: show(console, text)):
            return begin(options, arms.prepare(environments, gil_arm=options.gil_arm), console)
    except KeyboardInterrupt:
        print("Interrupted before anything was measured.", file=sys.stderr)
        return INTERRUPTED


def _begin(options: Options, prepared: list[PreparedArm], console: Console) -> int:
    if not options.plan_only:
        directory.refuse_unwritable(options.results)
    settings = run_settings.settings(options, prepared)
    planned = plan(options, settings, prepared, description.usable_cpus())
    with sites.sources(planned.files, planned.workloads, settings.sites) as sources:
        setup = new_run.Setup(prepared, planned, settings, sources)
        if options.plan_only or settings.size == "original":
            new_run.show_plan(setup, options.results, console)
        if options.plan_only:
            return 0
        experiment, failures = new_run.calibrated(setup, console)
        run = directory.make_run(options.results, experiment)
        bench = Bench(experiment, {arm.arm.label: arm for arm in prepared}, sources)
        again = run_settings.resume_command(prepared, options, str(run))
        return measure_and_report(bench, run, failures, again, console)


def _resume(options: Options, prepared: list[PreparedArm], console: Console) -> int:
    run = options.resume or Path()
    experiment = read_experiment(run)
    selected = resume.select(experiment, prepared)
    files = resume.files_of(experiment, workload_files.find(options.workloads))
    with sites.sources(files, experiment.workloads, experiment.settings.sites) as sources:
        bench = Bench(experiment, {arm.arm.label: arm for arm in selected}, sources)
        again = run_settings.resume_command(selected, options, str(run))
        return measure_and_report(bench, run, (), again, console)
