"""The settings that a run records, and the commands that repeat and resume it."""

import shlex
from collections.abc import Sequence
from dataclasses import fields, replace

from harness import INTERPRETERS
from harness.experiment.option import settled, table, words_of
from harness.experiment.options import OF_INTERPRETERS, TARGET, Options
from harness.experiment.process.environment import influences
from harness.experiment.process.worker_process import PreparedArm
from harness.records import Settings


def recorded_names(options: Options, kind: type[Settings] = Settings) -> list[str]:
    """Return the names of the options that a run records: those of which `Settings` has a field."""
    return [option.name for option in fields(options) if option.name in kind.__struct_fields__]


def settings(options: Options, prepared: Sequence[PreparedArm], kind: type[Settings] = Settings) -> Settings:
    """Return the settings of a new run; the seed is drawn here when none was given."""
    values = {name: settled(options, name) for name in recorded_names(options, kind)}
    words = words_of(replace(options, seed=values["seed"]))
    return kind(
        **values,
        target=TARGET[values["profile"]],
        variables=influences(),
        command=f"{nox(prepared)} -- {shlex.join(words)}",
    )


def nox(prepared: Sequence[PreparedArm], path: str = "PATH") -> str:
    """Return the nox command that prepares these interpreters; `path` stands for those named by their paths."""
    names = dict.fromkeys(arm.asked for arm in prepared)
    usual = [name for name in INTERPRETERS if name in names]
    sessions = ["bench"] if len(usual) == len(INTERPRETERS) else [f"bench-{name}" for name in usual]
    extra = [f"--extra-pythons {path}"] if len(usual) < len(names) else []
    return " ".join(["nox -s", *(sessions or ["bench"]), *extra])


def resume_command(prepared: Sequence[PreparedArm], options: Options, run: str) -> str:
    """Return the command that goes on with a run; it is printed on this machine only, so paths stay whole."""
    words = [word for name in options.workloads for word in ("--workload", name)]
    words += [word for name in OF_INTERPRETERS for word in table(options)[name].words(getattr(options, name))]
    extra = shlex.join(dict.fromkeys(arm.asked for arm in prepared if arm.asked not in INTERPRETERS))
    return f"{nox(prepared, extra)} -- {shlex.join(['--resume', run, *words])}"
