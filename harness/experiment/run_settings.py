"""Settle what the options leave open, and write down the command that asks for the same again."""

import shlex
from collections.abc import Sequence

from harness import INTERPRETERS
from harness.experiment.machine import description
from harness.experiment.options import DEFAULT_START_METHOD, TARGET, Options
from harness.experiment.process.worker_environment import influences
from harness.experiment.process.worker_process import PreparedArm
from harness.records import Settings

# Half of the memory leaves room for what a trial grows by between two looks at it, and for whoever else is there.
MEMORY_SHARE = 0.5


def settings(options: Options, prepared: Sequence[PreparedArm]) -> Settings:
    """Return the settings of a new run; the seed is drawn here when none was given."""
    seed = options.drawn_seed()
    return Settings(
        profile=options.the_profile,
        size=options.the_size,
        budget_seconds=options.the_budget_seconds,
        blocks=options.blocks,
        scaling=options.the_scaling,
        memory_blocks=options.memory_blocks or 0,
        target=TARGET[options.the_profile],
        seed=seed,
        sites=options.sites or (),
        start_method=options.start_method or DEFAULT_START_METHOD,
        timeout_seconds=options.the_timeout_seconds,
        dependencies=options.the_dependencies,
        memory_limit_bytes=options.memory_limit_bytes or int(MEMORY_SHARE * description.usable_memory_bytes()),
        variables=influences(),
        command=f"{nox(prepared)} -- {shlex.join([*said(options), '--seed', str(seed)])}",
    )


def nox(prepared: Sequence[PreparedArm], path: str = "PATH") -> str:
    """Return the nox command that prepares these interpreters; `path` stands for those named by their paths."""
    names = dict.fromkeys(each.asked for each in prepared)
    known = [name for name in INTERPRETERS if name in names]
    sessions = ["bench"] if len(known) == len(INTERPRETERS) else [f"bench-{name}" for name in known]
    extra = [f"--extra-pythons {path}"] if len(known) < len(names) else []
    return " ".join(["nox -s", *(sessions or ["bench"]), *extra])


def said(options: Options) -> list[str]:
    """Return the options as they would be typed, files by their names only: a path may name a person."""
    durations = {"--budget": options.budget_seconds, "--timeout": options.timeout_seconds}
    texts = {
        "--modes": ",".join(options.modes or ()),
        "--workers": ",".join(map(str, options.workers or ())),
        "--size": options.size,
        "--blocks": options.blocks and str(options.blocks),
        "--scaling": options.scaling,
        "--memory": options.memory_blocks and str(options.memory_blocks),
        "--sites": ",".join(options.sites or ()),
        "--start-method": options.start_method,
        "--dependencies": options.dependencies,
        "--memory-limit": options.memory_limit_bytes and str(options.memory_limit_bytes),
        **{name: seconds and f"{seconds:g}s" for name, seconds in durations.items()},
    }
    words = [f"--{options.profile}"] if options.profile else []
    words += [word for name in options.workloads for word in ("--workload", name.rpartition("/")[2])]
    words += [word for name, text in texts.items() if text for word in (name, text)]
    return words if options.gil_arm else [*words, "--no-gil-arm"]


def resume_command(prepared: Sequence[PreparedArm], options: Options, run: str) -> str:
    """Return the command that goes on with a run; it is printed on this machine only, so paths stay whole."""
    words = [word for name in options.workloads for word in ("--workload", name)]
    extra = shlex.join(dict.fromkeys(each.asked for each in prepared if each.asked not in INTERPRETERS))
    return f"{nox(prepared, extra)} -- {shlex.join(['--resume', run, *words])}"
