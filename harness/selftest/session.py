"""One sitting: its options and heading, blocks in random order, the file that keeps what was measured, its cost."""

import argparse
import json
import random
import re
import shlex
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, NoReturn

import numpy as np
from msgspec.structs import replace

from harness import ROOT, __version__
from harness.analysis.samples.canaries import FastSeconds, clean, fast_seconds
from harness.analysis.samples.readings import paired, reduced
from harness.errors import UsageError
from harness.experiment.machine import description as machine
from harness.experiment.measure.loop import REPEATS
from harness.records import Pair, Trial

PREPARED = ROOT / ".nox" / "prepared"
SELFTEST = "selftest"  # the table that has a session of its own
FAILURES_IN_A_ROW = 3
FAILED = 2
INTERRUPTED = 130  # what a shell reports for a program that Ctrl-C ended


@dataclass(frozen=True)
class Taken:
    """One measurement: seconds of the work, the life of its process, what else is worth keeping, why it failed."""

    seconds: float
    elapsed_seconds: float
    raw: dict[str, Any] = field(default_factory=dict)
    failed: str | None = None
    trial: Trial | None = None  # what the harness would have put into its journal, where it is one of its trials


Takers = Mapping[str, Callable[[], Taken]]
Attempts = Mapping[str, list[Taken]]


class Parser(argparse.ArgumentParser):
    """A command line whose errors are sentences with a remedy."""

    def error(self, message: str) -> NoReturn:
        """Raise UsageError."""
        message = f"{message[0].upper()}{message[1:]}. `{self.prog} --help` explains every option."
        raise UsageError(message)


def parser(table: str, description: str | None) -> Parser:
    """Return a table's command line with the options that all tables have."""
    options = Parser(
        prog=f"nox -s {_session(table)}", description=(description or "").partition("\n")[0], allow_abbrev=False
    )
    add = options.add_argument
    add("--keep", type=Path, metavar="FILE", help="append every measurement to this file, one JSON line each")
    add("--seed", type=int, metavar="N", help="seed of the order within blocks (default: drawn, and shown)")
    add(
        "--prepared",
        type=Path,
        default=PREPARED,
        metavar="DIR",
        help="the folder in which the bench sessions recorded what they prepared",
    )
    return options


def _session(table: str, words: Sequence[str] = ()) -> str:
    """Return the session of nox that prints a table, with its arguments."""
    if table == SELFTEST:
        return shlex.join([table, *(["--", *words] if words else [])])
    return shlex.join(["performance", "--", table, *words])


def positive(text: str) -> int:
    """Read a whole number from 1 up."""
    if not re.fullmatch(r"[0-9]{1,6}", text) or int(text) < 1:
        message = f"{text!r} is not a whole number from 1 up"
        raise argparse.ArgumentTypeError(message)
    return int(text)


def minutes(text: str) -> float:
    """Read a number of minutes above 0 and return it."""
    if not re.fullmatch(r"[0-9]+(\.[0-9]+)?", text) or float(text) <= 0:
        message = f"{text!r} is not a number of minutes above 0"
        raise argparse.ArgumentTypeError(message)
    return float(text)


class Sitting:
    """What the tables share while they measure."""

    def __init__(self, table: str, seed: int, file: IO[str] | None) -> None:
        self._table, self._file = table, file
        self._shuffle = random.Random(seed)  # noqa: S311 - an order that can be repeated, not a secret
        self._failures = 0
        self._measured = False
        self.trials: list[Trial] = []
        self.code = 0  # the exit code of a table that has nothing else to say

    def block(self, part: str, number: int, takers: Takers) -> dict[str, Taken] | None:
        """Take each one once, in random order, and keep it; None when one failed, UsageError when that goes on."""
        found = {}
        for name in self.shuffled(sorted(takers)):
            at = datetime.now(UTC).isoformat(timespec="milliseconds")
            taken = found[name] = takers[name]()
            raw = {"seconds": taken.seconds, "elapsed_seconds": taken.elapsed_seconds, "raw": taken.raw}
            self.keep({"part": part, "block": number, "name": name, "at": at, **raw, "failed": taken.failed})
            self.trials += [taken.trial] if taken.trial else []
            if taken.failed is not None:
                self._failures += 1
                if self._failures >= FAILURES_IN_A_ROW:
                    message = f"{part}, {name} failed {self._failures} times in a row: {taken.failed}"
                    raise UsageError(message)
                return None
        self._failures, self._measured = 0, True
        return found

    def settled(self, part: str, number: int, takers: Takers) -> Attempts | None:
        """Take a block and repeat what the machine disturbed, as a run does; None when one failed."""
        first = self.block(part, number, takers)
        if first is None:
            return None
        attempts = {name: [taken] for name, taken in first.items()}
        for _ in range(REPEATS):
            fast = fast_seconds(self.trials)
            again = {name: takers[name] for name, tried in attempts.items() if not any(_good(t, fast) for t in tried)}
            for name, taken in ((self.block(part, number, again) if again else None) or {}).items():
                attempts[name].append(taken)
        return attempts

    def ratios(self, blocks: Sequence[Attempts]) -> list[float]:
        """Return seconds(baseline) / seconds(subject) of blocks of two, by the rule of a run.

        Undisturbed values count, and blocks in which both sides have one; where these are less than half, all do.
        """
        trials = [
            replace(taken.trial, arm=name, block=number)
            for number, block in enumerate(blocks, start=1)
            for name, tried in block.items()
            for taken in tried
            if taken.trial is not None
        ]
        if not trials:  # another way of measuring has no marks
            return [block["baseline"][0].seconds / block["subject"][0].seconds for block in blocks]
        found = reduced(trials, fast_seconds(self.trials))
        sides = {side.arm: side for side in found.rows}
        pair = Pair(subject=sides["subject"], baseline=sides["baseline"], primary=True)
        logs = paired(found, [pair], "whole").log_ratios[0]
        return [float(ratio) for ratio in np.exp(logs[~np.isnan(logs)])]

    def blocks(
        self, part: str, subject: Callable[[], Taken], baseline: Callable[[], Taken], count: int
    ) -> list[Attempts]:
        """Take so many complete blocks of two."""
        found: list[Attempts] = []
        number = 0
        while len(found) < count:
            number += 1
            taken = self.settled(part, number, {"subject": subject, "baseline": baseline})
            found += [taken] if taken is not None else []
        return found

    def shuffled[Each](self, each: Sequence[Each]) -> list[Each]:
        """Return them in random order."""
        return self._shuffle.sample(list(each), len(each))

    def keep(self, record: dict[str, Any]) -> None:
        """Append one line to the file that keeps what is measured, if there is one."""
        if self._file is not None:
            print(json.dumps({"table": self._table, **record}), file=self._file, flush=True)

    def say(self, text: str) -> None:
        """Print a part of the page, followed by an empty line."""
        print(text, end="\n\n", flush=True)

    def progress(self, text: str) -> None:
        """Say on standard error how far it is, between measurements only."""
        print(f"{self._table}: {text}", file=sys.stderr, flush=True)

    @contextmanager
    def measuring(self) -> Iterator[None]:
        """Let Ctrl-C, or what fails after the first block, end the measuring and nothing else."""
        try:
            yield
        except KeyboardInterrupt:
            self.code = INTERRUPTED
        except UsageError as error:
            if not self._measured:
                raise
            self.code = FAILED
            self.progress(str(error))


def _good(taken: Taken, fast: FastSeconds) -> bool:
    return taken.trial is None or any(clean(taken.trial, fast))


@contextmanager
def opened(table: str, arguments: Sequence[str], options: argparse.Namespace) -> Iterator[Sitting]:
    """Print the heading, yield the sitting, and end with what it cost."""
    began = time.monotonic()
    seed = random.SystemRandom().randrange(2**32) if options.seed is None else options.seed
    with ExitStack() as stack:
        sitting = Sitting(table, seed, _opened(options.keep, stack))
        heading = _heading(table, arguments, seed)
        sitting.keep({"heading": heading})
        sitting.say(heading)
        yield sitting
        if sitting.code:
            sitting.say("Ended early: made of what was measured until then.")
        sitting.say(f"It took {time.monotonic() - began:.0f} s.")


def _opened(path: Path | None, stack: ExitStack) -> IO[str] | None:
    if path is None:
        return None
    try:
        return stack.enter_context(path.open("a", encoding="utf-8"))
    except OSError as error:
        message = f"{path} cannot be written ({error.strerror}). Choose another file with --keep."
        raise UsageError(message) from error


def _heading(table: str, arguments: Sequence[str], seed: int) -> str:
    # Files by their names only: a path may name a person, and this is published.
    command = _session(table, [word.rpartition("/")[2] for word in arguments])
    here = machine.describe()
    cpus = "1 CPU" if here.usable_cpus == 1 else f"{here.usable_cpus} CPUs"
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return f"`nox -s {command}`, {now}, {here.cpu_model}, {cpus}; seed {seed}, harness {__version__}."
