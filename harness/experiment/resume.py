"""Go on with a run: only when interpreters, workload files and settings are what they were."""

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from harness.errors import UsageError
from harness.experiment.option import Option, table
from harness.experiment.options import Options, parse
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
    if influences() != settings.variables:
        was, now = (" ".join(names) or "none" for names in (settings.variables, influences()))
        message = f"The run was started with these variables that change speed: {was}; now: {now}. Set the same ones."
        raise UsageError(message)
    known = workload_files.built_in()  # a run directory names files of ours, never others
    named = dict.fromkeys(Path(each.file).stem for each in experiment.workloads if each.file.startswith("workloads/"))
    built_in = tuple(name for name in named if name in known)
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
    there = {each.arm.label: each for each in prepared}
    for arm in experiment.arms:
        if arm.label not in there:
            message = f"The run has the arm {arm.label}, which is not prepared now. Resume with the command it printed."
            raise UsageError(message)
        for what in _differences(arm, there[arm.label].arm):
            message = f"{arm.label} has changed since the run began: {what}. Start a new run with `nox -s bench`."
            raise UsageError(message)
    return [there[arm.label] for arm in experiment.arms]


def files_of(experiment: Experiment, found: Sequence[Path]) -> dict[str, Path]:
    """Return the run's files by workload name; UsageError when one is missing or is not the one that was measured."""
    stems = {path.stem: path for path in found}
    there = {each.name: stems[Path(each.file).stem] for each in experiment.workloads if Path(each.file).stem in stems}
    for workload in experiment.workloads:
        if workload.name not in there:
            message = f"The run measures {workload.file}; resume it with --workload and the path of that file."
            raise UsageError(message)
        if workload_files.digest(there[workload.name]) != workload.sha256:
            message = f"{workload.file} has changed since the run began. Start a new run with `nox -s bench`."
            raise UsageError(message)
    return there


def _differences(recorded: Arm, now: Arm) -> Iterator[str]:
    for name in recorded.build.__struct_fields__:
        was, is_now = getattr(recorded.build, name), getattr(now.build, name)
        if was != is_now:
            yield f"its {name.replace('_', ' ')} was {was} and is {is_now}"
    was_there = {each.name: each.version + each.tag for each in recorded.distributions}
    is_there = {each.name: each.version + each.tag for each in now.distributions}
    for name in sorted(was_there.keys() | is_there.keys()):
        if was_there.get(name) != is_there.get(name):
            yield f"{name} was {was_there.get(name, 'not installed')} and is {is_there.get(name, 'not installed')}"
