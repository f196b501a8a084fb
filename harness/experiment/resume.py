"""Go on with a run: only when interpreters, workload files and settings are what they were."""

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from harness.errors import UsageError
from harness.experiment.option import Option, settled, table
from harness.experiment.options import OF_INTERPRETERS, Options, parse
from harness.experiment.plan import workload_files
from harness.experiment.process.environment import influences
from harness.experiment.process.worker_code import worker_sha256
from harness.experiment.process.worker_process import PreparedArm
from harness.experiment.run_settings import recorded_names
from harness.records import Arm, Experiment
from harness.runs import read_experiment


def requested(arguments: list[str]) -> Options:
    """Read the command line; with --resume the options are those of the run, and UsageError names a contradiction."""
    options = parse(arguments)
    if options.resume is None:
        return options
    experiment = read_experiment(options.resume)
    _refuse_other_worker(experiment)
    return options_of(experiment, options)


def _refuse_other_worker(experiment: Experiment) -> None:
    if experiment.worker_sha256 != worker_sha256():
        message = (
            f"The run was measured with the worker of harness {experiment.harness_version}, and this one's is not the "
            "same. Resume it with the same code, or start a new run with `nox -s bench`."
        )
        raise UsageError(message)


def options_of(experiment: Experiment, asked: Options) -> Options:
    """Return the options that the run was started with; UsageError names one that now asks for something else."""
    if asked.modes or asked.workers or not asked.gil_arm or asked.plan_only:
        message = "A resumed run has its cases already. Resume it without --modes, --workers, --no-gil-arm and --plan."
        raise UsageError(message)
    settings = experiment.settings
    recorded = {name: getattr(settings, name) for name in recorded_names(asked, type(settings))}
    for name, value in recorded.items():
        _refuse_other_value(table(asked)[name], value, getattr(asked, name))
    for name in OF_INTERPRETERS:
        if settled(asked, name) != recorded[name]:
            words = shlex.join(table(asked)[name].words(recorded[name]))
            message = f"The run was started with `{words}`; add it to resume the run with the same interpreters."
            raise UsageError(message)
    if influences() != settings.variables:
        was, now = (" ".join(names) or "none" for names in (settings.variables, influences()))
        message = f"The run was started with these variables that change speed: {was}; now: {now}. Set the same ones."
        raise UsageError(message)
    ours = workload_files.built_in()  # a run directory names files of ours, never others
    files = [workload.file for workload in experiment.workloads if workload.file.startswith("workloads/")]
    built_in = tuple(name for name in dict.fromkeys(Path(file).stem for file in files) if name in ours)
    return replace(asked, **recorded, workloads=asked.workloads or built_in)


def _refuse_other_value(option: Option, recorded: Any, asked: Any) -> None:
    if asked is None or asked == recorded:
        return
    words = f"`{shlex.join(option.words(asked))}`"
    before = option.words(recorded)
    started = f"with `{shlex.join(before)}`" if before else f"without {next(iter(option.words(asked)))}"
    message = f"The run was started {started}; drop {words} to resume it."
    raise UsageError(message)


def select(experiment: Experiment, prepared: Sequence[PreparedArm]) -> list[PreparedArm]:
    """Return the prepared arms that the run has, in its order; UsageError names a missing or changed one."""
    arms = {arm.arm.label: arm for arm in prepared}
    for arm in experiment.arms:
        if arm.label not in arms:
            message = f"The run has the arm {arm.label}, which is not prepared now. Resume with the command it printed."
            raise UsageError(message)
        difference = next(_differences(arm, arms[arm.label].arm), None)
        if difference is not None:
            message = f"{arm.label} has changed since the run began: {difference}. Start a new run with `nox -s bench`."
            raise UsageError(message)
    return [arms[arm.label] for arm in experiment.arms]


def files_of(experiment: Experiment, paths: Sequence[Path]) -> dict[str, Path]:
    """Return the run's files by workload name; UsageError when one is missing or is not the one that was measured."""
    stems = {path.stem: path for path in paths}
    files: dict[str, Path] = {}
    for workload in experiment.workloads:
        file = stems.get(Path(workload.file).stem)
        if file is None:
            message = f"The run measures {workload.file}; resume it with --workload and the path of that file."
            raise UsageError(message)
        if workload_files.digest(file) != workload.sha256:
            message = f"{workload.file} has changed since the run began. Start a new run with `nox -s bench`."
            raise UsageError(message)
        files[workload.name] = file
    return files


def _differences(recorded: Arm, now: Arm) -> Iterator[str]:
    for name in recorded.build.__struct_fields__:
        before = getattr(recorded.build, name)
        after = getattr(now.build, name)
        if before != after:
            yield f"its {name.replace('_', ' ')} was {before} and is {after}"
    installed_then = {installed.name: installed.version + installed.tag for installed in recorded.distributions}
    installed_now = {installed.name: installed.version + installed.tag for installed in now.distributions}
    for name in sorted(installed_then.keys() | installed_now.keys()):
        before = installed_then.get(name, "not installed")
        after = installed_now.get(name, "not installed")
        if before != after:
            yield f"{name} was {before} and is {after}"
