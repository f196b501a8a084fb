"""The options after `--`: their declarations, and one clear sentence for what makes no sense.

An option is declared once, as a field of `Options`. The parser, the settings that a run records (where `Settings` has a
field of that name), the command that repeats the run and the check when it is resumed all follow from that field.
"""

import argparse
import random
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NoReturn, get_args

from harness import ROOT
from harness.errors import UsageError
from harness.experiment import option_values as values
from harness.experiment.machine import description
from harness.experiment.option import TAKES_VALUE, settled, switch, table, taking
from harness.interpreters.building.requirements import compiler
from harness.records import MODES, Mode, Size

StartMethod = Literal["fork", "spawn", "forkserver"]
Profile = Literal["normal", "quick", "precise"]
Dependencies = Literal["matched", "wheels"]
Scaling = Literal["strong", "weak"]

# A quick run has to end within two minutes with the environments, the calibration and the report in them.
BUDGET_SECONDS = {"normal": 15 * 60.0, "quick": 75.0, "precise": 60 * 60.0}
TARGET = {"normal": 0.02, "quick": 0.02, "precise": 0.01}
TIMEOUT_SECONDS = {"quick": 30.0, "default": 300.0, "original": 3600.0}  # generous: a trial takes about a second
# fork where it is legal and the default up to 3.13, so that all versions start their processes alike; macOS' own
# frameworks crash after a fork.
DEFAULT_START_METHOD: StartMethod = "fork" if sys.platform == "linux" else "spawn"
MEMORY_SHARE = 0.5  # leaves room for a trial's growth between two readings, and for other users
OF_INTERPRETERS = ("optimized",)  # nox chooses the interpreters by these, before a run to resume is read
WHAT, HOW_LONG, WHERE = "what to measure", "how long and how exactly", "where"


def _profile(_: "Options") -> Profile:
    return "normal"


def _size(options: "Options") -> Size:
    return "quick" if settled(options, "profile") == "quick" else "default"


def _budget_seconds(options: "Options") -> float:
    return BUDGET_SECONDS[settled(options, "profile")]


def _blocks(options: "Options") -> int | None:
    # The source ran everything once; for more blocks of minutes each, ask.
    return 1 if options.size == "original" and options.budget_seconds is None else None


def _timeout_seconds(options: "Options") -> float:
    return TIMEOUT_SECONDS[settled(options, "size")]


def _memory_limit_bytes(_: "Options") -> int:
    return int(MEMORY_SHARE * description.usable_memory_bytes())


def _dependencies(_: "Options") -> Dependencies:
    return "matched" if compiler() else "wheels"


@dataclass(frozen=True)
class Options:
    """What was asked for; None stands for "not asked", so that a resumed run can tell a default from a wish."""

    workloads: tuple[str, ...] = taking(
        "--workload",
        "a file of workloads/ by its name, all of a group by group:NAME, or any other file; repeatable (default: the "
        "files of workloads/ that name no group)",
        WHAT,
        action="append",
        metavar="NAME|group:NAME|FILE",
        write=values.file_name,
        default=(),
    )
    modes: tuple[Mode, ...] | None = taking(
        "--modes",
        f"some of {','.join(MODES)} (default: all that the workload offers)",
        WHAT,
        type=values.read_modes,
        metavar="M,M",
        write=values.listed,
    )
    workers: tuple[int, ...] | None = taking(
        "--workers",
        "worker counts of the concurrent modes (default: as many as usable CPUs, 20 for work that waits)",
        WHAT,
        type=values.read_workers,
        metavar="N,N",
        write=values.listed,
    )
    everything: bool | None = switch(
        {
            "--everything": (
                True,
                "measure every worker count: 1, 2, 4, ... up to the usable CPUs; 5, 20 and 160 for work that waits",
            )
        },
        WHAT,
        settle=lambda _: False,
    )
    size: Size | None = taking(
        "--size",
        "how much work; original is the size that the workload's source published",
        WHAT,
        choices=get_args(Size),
        settle=_size,
    )
    scaling: Scaling | None = taking(
        "--scaling",
        "strong: the workers share the jobs (default); weak: each worker brings as many jobs of its own",
        WHAT,
        choices=get_args(Scaling),
        settle=lambda _: "strong",
    )
    gil_arm: bool = switch(
        {"--no-gil-arm": (False, "leave out the free-threaded build with its GIL on")}, WHAT, default=True
    )
    optimized: bool | None = switch(
        {
            "--optimized": (
                True,
                "interpreters with PGO and LTO; missing ones are built from source, up to an hour each, once",
            )
        },
        WHAT,
        settle=lambda _: False,
    )
    dependencies: Dependencies | None = taking(
        "--dependencies",
        "matched: build from source, for all interpreters alike, what has no compiled wheel for one of them (default "
        "where there is a C compiler); wheels: take what the index offers",
        WHAT,
        choices=get_args(Dependencies),
        settle=_dependencies,
    )
    sites: tuple[str, ...] | None = taking(
        "--sites",
        "addresses to download from instead of the local server, which is on loopback and has a fixed latency",
        WHAT,
        type=values.read_sites,
        metavar="URL,URL",
        write=values.listed,
        settle=lambda _: (),
    )
    start_method: StartMethod | None = taking(
        "--start-method",
        "how pool processes start (default: fork on Linux, so that versions compare; spawn elsewhere)",
        WHAT,
        choices=get_args(StartMethod),
        settle=lambda _: DEFAULT_START_METHOD,
    )
    profile: Profile | None = switch(
        {
            "--quick": (
                "quick",
                "within 2 minutes: size quick, every number provisional",
            ),
            "--precise": ("precise", "to ±1 %%, within an hour"),
        },
        HOW_LONG,
        settle=_profile,
    )
    budget_seconds: float | None = taking(
        "--budget",
        "stop after this long (default: 15m)",
        HOW_LONG,
        type=values.read_seconds,
        metavar="TIME",
        write=values.seconds_text,
        settle=_budget_seconds,
    )
    blocks: int | None = taking(
        "--blocks",
        "exactly N blocks: no early stop, no budget",
        HOW_LONG,
        type=values.read_positive,
        metavar="N",
        settle=_blocks,
    )
    memory_blocks: int | None = taking(
        "--memory",
        "after that, so many blocks of trials whose memory is watched (default: none)",
        HOW_LONG,
        type=values.read_positive,
        metavar="BLOCKS",
        settle=lambda _: 0,
    )
    timeout_seconds: float | None = taking(
        "--timeout",
        "end a trial that takes longer than this (default: 5m; 30s for size quick, 1h for original)",
        HOW_LONG,
        type=values.read_seconds,
        metavar="TIME",
        write=values.seconds_text,
        settle=_timeout_seconds,
    )
    memory_limit_bytes: int | None = taking(
        "--memory-limit",
        "end a trial that takes more memory than this, like 500M or 4G (default: half of the machine's)",
        HOW_LONG,
        type=values.read_bytes,
        metavar="SIZE",
        settle=_memory_limit_bytes,
    )
    seed: int | None = taking(
        "--seed",
        "seed of the order of the trials (default: drawn, and recorded)",
        HOW_LONG,
        type=values.read_seed,
        metavar="N",
        settle=lambda _: random.SystemRandom().randrange(2**32),
    )
    results: Path = taking(
        "--results",
        "make the run directory in this folder (default: results/)",
        WHERE,
        type=values.read_folder,
        metavar="DIR",
        write=None,
        default=ROOT / "results",
    )
    resume: Path | None = taking(
        "--resume",
        "go on with a run that was interrupted or killed",
        WHERE,
        type=values.read_folder,
        metavar="DIR",
        write=None,
    )
    list_only: bool = switch(
        {"--list": (True, "show every workload with its group, modes and sizes, and measure nothing")},
        WHERE,
        repeated=False,
        default=False,
    )
    plan_only: bool = switch(
        {
            "--plan": (
                True,
                "show the cases and how long they take, by one job of each workload under each arm; measure no more",
            )
        },
        WHERE,
        repeated=False,
        default=False,
    )
    wait: bool = switch(
        {"--wait": (True, "wait while another run measures on this machine")}, WHERE, repeated=False, default=False
    )


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        message = f"{message[0].upper()}{message[1:]}. `nox -s bench -- --help` explains every option."
        raise UsageError(message)


def parse(arguments: Iterable[str], kind: type[Options] = Options) -> Options:
    """Read the command line; UsageError with a remedy when it makes no sense."""
    named = vars(parser(kind).parse_args(list(arguments)))
    asked = {name: value for name, value in named.items() if value is not None}
    options = kind(**{**asked, "workloads": tuple(dict.fromkeys(asked.get("workloads", ())))})
    if options.dependencies == "matched" and not compiler():
        message = (
            "--dependencies matched builds from source, and there is no C compiler here. Install one, or take wheels."
        )
        raise UsageError(message)
    return options


def parser(kind: type[Options] = Options) -> argparse.ArgumentParser:
    """Return the command line's description."""
    described = _Parser(
        prog="nox -s bench --",
        description="Measure the workloads under every prepared interpreter, interleaved, and write a report.",
        epilog="Without options: every workload without a group at its default size, 15 minutes of measuring at most.",
        allow_abbrev=False,
    )
    groups: dict[str, Any] = {}
    for name, option in table(kind).items():
        if option.group not in groups:
            groups[option.group] = described.add_argument_group(option.group)
        group = groups[option.group]
        place = group.add_mutually_exclusive_group() if len(option.flags) > 1 else group
        for flag, (constant, explanation) in option.flags.items():
            if constant is TAKES_VALUE:
                place.add_argument(flag, dest=name, help=explanation, **option.argument)
            else:
                place.add_argument(flag, dest=name, action="store_const", const=constant, help=explanation)
    return described
