"""The options after `--`: what may be asked, and the one clear sentence when it cannot be."""

import argparse
import random
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NoReturn, cast, get_args

from harness import ROOT
from harness.errors import UsageError
from harness.interpreters.build.requirements import compiler
from harness.records import MODES, Mode, Size
from harness.records.values import MOST

StartMethod = Literal["fork", "spawn", "forkserver"]
Profile = Literal["normal", "quick", "precise"]
Dependencies = Literal["matched", "wheels"]
Scaling = Literal["strong", "weak"]

# A quick run has to end within two minutes with the environments, the calibration and the report in them.
BUDGET_SECONDS = {"normal": 15 * 60.0, "quick": 75.0, "precise": 60 * 60.0}
TARGET = {"normal": 0.02, "quick": 0.02, "precise": 0.01}
LONGEST_SECONDS = 7 * 24 * 3600.0
MOST_WORKERS = 1024
TIMEOUT_SECONDS = {"quick": 30.0, "default": 300.0, "original": 3600.0}  # generous: a trial takes about a second
# fork where it is legal and the default up to 3.13, so that all versions start their processes alike; macOS' own
# frameworks crash after a fork.
DEFAULT_START_METHOD: StartMethod = "fork" if sys.platform == "linux" else "spawn"


@dataclass(frozen=True)
class Options:
    """What was asked for; None stands for "not said", so that a resumed run can tell a default from a wish."""

    workloads: tuple[str, ...] = ()
    modes: tuple[Mode, ...] | None = None
    workers: tuple[int, ...] | None = None
    size: Size | None = None
    budget_seconds: float | None = None
    blocks: int | None = None
    memory_blocks: int | None = None
    scaling: Scaling | None = None
    seed: int | None = None
    timeout_seconds: float | None = None
    memory_limit_bytes: int | None = None
    start_method: StartMethod | None = None
    profile: Profile | None = None
    gil_arm: bool = True
    dependencies: Dependencies | None = None
    sites: tuple[str, ...] | None = None
    plan_only: bool = False
    wait: bool = False
    list_only: bool = False
    results: Path = ROOT / "results"
    resume: Path | None = None

    @property
    def the_profile(self) -> Profile:
        """The profile, said or not."""
        return self.profile or "normal"

    @property
    def the_size(self) -> Size:
        """The size, said or following from the profile."""
        return self.size or ("quick" if self.the_profile == "quick" else "default")

    @property
    def the_scaling(self) -> Scaling:
        """Whether the workers share the work, or bring their own, said or not."""
        return self.scaling or "strong"

    @property
    def the_budget_seconds(self) -> float:
        """The budget of measuring in seconds, said or following from the profile."""
        return BUDGET_SECONDS[self.the_profile] if self.budget_seconds is None else self.budget_seconds

    @property
    def the_timeout_seconds(self) -> float:
        """The time after which a trial is ended, said or following from the size."""
        return self.timeout_seconds or TIMEOUT_SECONDS[self.the_size]

    @property
    def the_dependencies(self) -> Dependencies:
        """Whether what lacks a compiled wheel on one arm is built for it, said or where there is a C compiler."""
        return self.dependencies or ("matched" if compiler() else "wheels")

    def drawn_seed(self) -> int:
        """Return the seed of the order, said or drawn anew at each call."""
        return random.SystemRandom().randrange(2**32) if self.seed is None else self.seed


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        message = f"{message[0].upper()}{message[1:]}. `nox -s bench -- --help` explains every option."
        raise UsageError(message)


def parse(arguments: list[str]) -> Options:
    """Read the command line; UsageError with a remedy when it makes no sense."""
    said = vars(parser().parse_args(arguments))
    workloads = tuple(dict.fromkeys(said.pop("workload") or ()))
    options = Options(workloads=workloads, **{name: value for name, value in said.items() if value is not None})
    if options.dependencies == "matched" and not compiler():
        message = (
            "--dependencies matched builds from source, and there is no C compiler here. Install one, or take wheels."
        )
        raise UsageError(message)
    if options.the_size == "original" and options.blocks is None and options.budget_seconds is None:
        # The source ran everything once; whoever wants more blocks of minutes each says so.
        return Options(**{**vars(options), "blocks": 1})
    return options


def parser() -> argparse.ArgumentParser:
    """Return the command line's description."""
    made = _Parser(
        prog="nox -s bench --",
        description="Measure the workloads under every prepared interpreter, interleaved, and write a report.",
        epilog="Without options: every workload without a group at its default size, 15 minutes of measuring at most.",
        allow_abbrev=False,
    )
    _add_what(made)
    _add_how_long(made)
    _add_where(made)
    return made


def _add_what(made: argparse.ArgumentParser) -> None:
    add = made.add_argument_group("what to measure").add_argument
    workload = (
        "a file of workloads/ by its name, all of a group by group:NAME, or any other file; repeatable (default: the "
        "files of workloads/ that name no group)"
    )
    workers = "worker counts of the concurrent modes (default: 1, 2, 4, ... up to the usable CPUs)"
    sites = "addresses to download from instead of the local server, which is on loopback and has a fixed latency"
    dependencies = (
        "matched: what has a compiled wheel for other interpreters but not for this one is built from its source "
        "distribution (default where there is a C compiler); wheels: what the index offers"
    )
    scaling = "strong: the workers share the jobs (default); weak: each worker brings as many jobs of its own"
    start = "how pool processes start (default: fork on Linux, so that versions compare; spawn elsewhere)"
    add("--workload", action="append", metavar="NAME|group:NAME|FILE", help=workload)
    add(
        "--modes", type=_modes, metavar="M,M", help=f"some of {','.join(MODES)} (default: all that the workload offers)"
    )
    add("--workers", type=_workers, metavar="N,N", help=workers)
    add(
        "--size",
        choices=get_args(Size),
        help="how much work; original is the size that the workload's source published",
    )
    add("--scaling", choices=get_args(Scaling), help=scaling)
    add("--no-gil-arm", dest="gil_arm", action="store_false", help="leave out the free-threaded build with its GIL on")
    add("--dependencies", choices=get_args(Dependencies), help=dependencies)
    add("--sites", type=_sites, metavar="URL,URL", help=sites)
    add("--start-method", choices=get_args(StartMethod), help=start)


def _add_how_long(made: argparse.ArgumentParser) -> None:
    group = made.add_argument_group("how long and how exactly")
    add, profile = group.add_argument, group.add_mutually_exclusive_group().add_argument
    quick = "within 2 minutes: size quick, the largest worker count only, every number provisional"
    memory = "after that, so many blocks of trials whose memory is watched (default: none)"
    timeout = "end a trial that takes longer than this (default: 5m; 30s for size quick, 1h for original)"
    limit = "end a trial that takes more memory than this, like 500M or 4G (default: half of the machine's)"
    profile("--quick", dest="profile", action="store_const", const="quick", help=quick)
    profile("--precise", dest="profile", action="store_const", const="precise", help="to ±1 %%, within an hour")
    add("--budget", dest="budget_seconds", type=_duration, metavar="TIME", help="stop after this long (default: 15m)")
    add("--blocks", type=_positive, metavar="N", help="exactly N blocks: no early stop, no budget")
    add("--memory", dest="memory_blocks", type=_positive, metavar="BLOCKS", help=memory)
    add("--timeout", dest="timeout_seconds", type=_duration, metavar="TIME", help=timeout)
    add("--memory-limit", dest="memory_limit_bytes", type=_bytes, metavar="SIZE", help=limit)
    add("--seed", type=_seed, metavar="N", help="seed of the order of the trials (default: drawn, and recorded)")


def _add_where(made: argparse.ArgumentParser) -> None:
    add = made.add_argument_group("where").add_argument
    listed = "show every workload with its group, modes and sizes, and measure nothing"
    plan = "show the cases and how long they take, by one job of each workload under each arm; measure no more"
    add("--results", type=_folder, metavar="DIR", help="make the run directory in this folder (default: results/)")
    add("--resume", type=_folder, metavar="DIR", help="go on with a run that was interrupted or killed")
    add("--list", dest="list_only", action="store_true", default=None, help=listed)
    add("--plan", dest="plan_only", action="store_true", default=None, help=plan)
    add("--wait", action="store_true", default=None, help="wait while another run measures on this machine")


def _modes(text: str) -> tuple[Mode, ...]:
    named = text.split(",")
    for unknown in (name for name in named if name not in MODES):
        message = f"there is no mode {unknown!r}; the modes are {', '.join(MODES)}"
        raise argparse.ArgumentTypeError(message)
    return tuple(mode for mode in MODES if mode in cast("list[Mode]", named))


def _sites(text: str) -> tuple[str, ...]:
    named = tuple(part for part in text.split(",") if part)
    if not named:
        message = "no address is named"
        raise argparse.ArgumentTypeError(message)
    if any("@" in each.partition("://")[2].partition("/")[0] for each in named):
        message = "an address has a user or a password in it, and addresses are published with the run"
        raise argparse.ArgumentTypeError(message)
    return named


def _positive(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,6}", text) or int(text) < 1:
        message = f"{text!r} is not a whole number from 1 up"
        raise argparse.ArgumentTypeError(message)
    return int(text)


def _workers(text: str) -> tuple[int, ...]:
    counts = tuple(sorted({_positive(part) for part in text.split(",")}))
    if counts[-1] > MOST_WORKERS:
        message = f"{counts[-1]} workers are more than this harness starts ({MOST_WORKERS})"
        raise argparse.ArgumentTypeError(message)
    return counts


def _duration(text: str) -> float:
    match = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)([smh]?)", text)
    if match is None or float(match[1]) <= 0:
        message = f"{text!r} is not a time; write it like 90s, 15m or 2h"
        raise argparse.ArgumentTypeError(message)
    seconds = float(match[1]) * {"": 1, "s": 1, "m": 60, "h": 3600}[match[2]]
    if seconds > LONGEST_SECONDS:
        message = f"{text!r} is longer than a week"
        raise argparse.ArgumentTypeError(message)
    return seconds


def _bytes(text: str) -> int:
    match = re.fullmatch(r"([0-9]{1,15})([KMGT]?)", text)
    if match is None or int(match[1]) < 1:
        message = f"{text!r} is not an amount of memory; write it like 500M or 4G"
        raise argparse.ArgumentTypeError(message)
    amount = int(match[1]) * {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}[match[2]]
    if amount > MOST:
        message = f"{text!r} is more memory than any machine has"
        raise argparse.ArgumentTypeError(message)
    return amount


def _seed(text: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,16}", text) or abs(int(text)) > MOST:
        message = f"{text!r} is not a whole number from -{MOST} to {MOST}"
        raise argparse.ArgumentTypeError(message)
    return int(text)


def _folder(text: str) -> Path:
    if not text.isprintable():  # bytes that are no text, or ends of lines: it is printed in commands to copy
        message = f"{text!r} is not text in one line"
        raise argparse.ArgumentTypeError(message)
    try:
        return Path(text).expanduser().resolve()
    except (RuntimeError, OSError) as error:  # nobody's home; a circle of links
        message = f"{text!r} is no folder ({error})"
        raise argparse.ArgumentTypeError(message) from error
