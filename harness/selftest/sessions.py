"""One session: its options and heading, blocks in random order, the file that keeps the measurements, its cost."""

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
from harness.analysis.samples.readings import paired, reduced
from harness.errors import UsageError
from harness.experiment.machine import description as machine
from harness.records import Pair, Trial

PREPARED = ROOT / ".nox" / "prepared"
SELFTEST = "selftest"  # the table that has a session of its own
FAILURES_IN_A_ROW = 3
KEPT = ("seconds", "elapsed_seconds", "raw", "failed")  # of a measurement's fields: the trial would repeat `raw`
FAILED = 2
INTERRUPTED = 130  # what a shell reports for a program that Ctrl-C ended


@dataclass(frozen=True)
class Measurement:
    """One measurement: seconds of the work, the life of its process, whatever else is kept, and why it failed."""

    seconds: float
    elapsed_seconds: float
    raw: dict[str, Any] = field(default_factory=dict)
    failed: str | None = None
    trial: Trial | None = None  # as a run would journal it, where the harness's own trial was measured


Timers = Mapping[str, Callable[[], Measurement]]
Measurements = Mapping[str, Measurement]


class Parser(argparse.ArgumentParser):
    """A command line whose errors are sentences with a remedy."""

    def error(self, message: str) -> NoReturn:
        """Raise UsageError."""
        message = f"{message[0].upper()}{message[1:]}. `{self.prog} --help` explains every option."
        raise UsageError(message)


def parser(table: str, description: str | None) -> Parser:
    """Return a table's command line with the options that all tables have."""
    options = Parser(
        prog=f"nox -s {_nox_session(table)}", description=(description or "").partition("\n")[0], allow_abbrev=False
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


def _nox_session(table: str, words: Sequence[str] = ()) -> str:
    """Return the session of nox that prints a table, with its arguments."""
    if table == SELFTEST:
        return shlex.join([table, *(["--", *words] if words else [])])
    return shlex.join(["performance", "--", table, *words])


def minutes(text: str) -> float:
    """Read a number of minutes above 0 and return it."""
    if not re.fullmatch(r"[0-9]+(\.[0-9]+)?", text) or float(text) <= 0:
        message = f"{text!r} is not a number of minutes above 0"
        raise argparse.ArgumentTypeError(message)
    return float(text)


class Session:
    """What the tables share while they measure."""

    def __init__(self, table: str, seed: int, file: IO[str] | None) -> None:
        self._table, self._file = table, file
        self._shuffle = random.Random(seed)  # noqa: S311 - an order that can be repeated, not a secret
        self._failures = 0
        self._measured = False
        self.trials: list[Trial] = []
        self.code = 0  # the exit code of a table that has nothing else to say

    def block(self, part: str, number: int, timers: Timers) -> dict[str, Measurement] | None:
        """Run each timer once, in random order, and keep its line.

        None when one failed; UsageError when that happens three times in a row.
        """
        measurements = {}
        for name in self.shuffled(sorted(timers)):
            at = datetime.now(UTC).isoformat(timespec="milliseconds")
            measurement = measurements[name] = timers[name]()
            fields = {field: getattr(measurement, field) for field in KEPT}
            self.keep({"part": part, "block": number, "name": name, "at": at, **fields})
            self.trials += [measurement.trial] if measurement.trial else []
            if measurement.failed is not None:
                self._failures += 1
                if self._failures >= FAILURES_IN_A_ROW:
                    message = f"{part}, {name} failed {self._failures} times in a row: {measurement.failed}"
                    raise UsageError(message)
                return None
        self._failures, self._measured = 0, True
        return measurements

    def ratios(self, blocks: Sequence[Measurements]) -> list[float]:
        """Return seconds(baseline) / seconds(subject) of blocks of two, adjusted by their canaries as in a run."""
        trials = [
            replace(measurement.trial, arm=name, block=number)
            for number, block in enumerate(blocks, start=1)
            for name, measurement in block.items()
            if measurement.trial is not None
        ]
        if not trials:  # another way of measuring has no canaries
            return [block["baseline"].seconds / block["subject"].seconds for block in blocks]
        readings = reduced(trials)
        sides = {side.arm: side for side in readings.rows}
        pair = Pair(subject=sides["subject"], baseline=sides["baseline"], primary=True)
        logs = paired(readings, [pair], "whole")[0]
        return [float(ratio) for ratio in np.exp(logs[~np.isnan(logs)])]

    def blocks(
        self, part: str, subject: Callable[[], Measurement], baseline: Callable[[], Measurement], count: int
    ) -> list[Measurements]:
        """Measure so many complete blocks of two."""
        blocks: list[Measurements] = []
        number = 0
        while len(blocks) < count:
            number += 1
            block = self.block(part, number, {"subject": subject, "baseline": baseline})
            blocks += [block] if block is not None else []
        return blocks

    def shuffled[Item](self, items: Sequence[Item]) -> list[Item]:
        """Return the items in random order."""
        return self._shuffle.sample(list(items), len(items))

    def keep(self, record: dict[str, Any]) -> None:
        """Append one line to the file that keeps what is measured, if there is one."""
        if self._file is not None:
            print(json.dumps({"table": self._table, **record}), file=self._file, flush=True)

    def say(self, text: str) -> None:
        """Print a part of the page, followed by an empty line."""
        print(text, end="\n\n", flush=True)

    def progress(self, text: str) -> None:
        """Print on standard error how far the session is, between measurements only."""
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


@contextmanager
def opened(table: str, arguments: Sequence[str], options: argparse.Namespace) -> Iterator[Session]:
    """Print the heading, yield the session, and end with what it cost."""
    began = time.monotonic()
    seed = random.SystemRandom().randrange(2**32) if options.seed is None else options.seed
    with ExitStack() as stack:
        session = Session(table, seed, _opened(options.keep, stack))
        heading = _heading(table, arguments, seed)
        session.keep({"heading": heading})
        session.say(heading)
        yield session
        if session.code:
            session.say("Ended early: made of what was measured until then.")
        session.say(f"It took {time.monotonic() - began:.0f} s.")


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
    command = _nox_session(table, [word.rpartition("/")[2] for word in arguments])
    system = machine.describe()
    cpus = "1 CPU" if system.usable_cpus == 1 else f"{system.usable_cpus} CPUs"
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return f"`nox -s {command}`, {now}, {system.cpu_model}, {cpus}; seed {seed}, harness {__version__}."
