"""How long a site of many runs takes to build, and how long to add a run to it."""

import json
import os
import random
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from harness.errors import UsageError
from harness.experiment.option_values import read_positive
from harness.experiment.process.environment import environment
from harness.runs import CONTRASTS, EXPERIMENT, TRIALS
from harness.runs.checksum import sealed_document
from harness.selftest import markdown_table, sessions
from harness.selftest.sessions import Measurement, Parser
from tests.lab.support import child_process, synthetic_runs
from tests.lab.tables.scale import spread

TABLE = "site"
BLOCKS = 12  # of the run that all others are made from: enough for verdicts
PATCHES = 10  # how often the interpreters change over the runs
FIRST = datetime(2025, 1, 1, tzinfo=UTC)
STEPS = ("all of them, from nothing", "again, with nothing new", "one run more")


def main(arguments: list[str]) -> int:
    """Write synthetic runs, build a site of them, again, and with one more, and print how long each took."""
    options = _parser().parse_args(arguments)
    measurements: dict[str, list[Measurement]] = {step: [] for step in STEPS}
    with sessions.opened(TABLE, arguments, options) as session, tempfile.TemporaryDirectory() as folder:
        with session.measuring():
            runs = Runs(Path(folder), options.runs)
            session.progress(f"{options.runs} runs are written")
            for number in range(1, options.repetitions + 1):
                for step, timer in _steps(runs, number):
                    block = session.block(TABLE, number, {step: timer}) or {}
                    measurements[step] += block.values()
                session.progress(f"repetition {number} of {options.repetitions}")
        session.say(table(measurements))
        session.say(
            f"A site of {options.runs} synthetic runs of {synthetic_runs.WORKLOADS} workloads, each in a fresh process."
        )
    return session.code


def _parser() -> Parser:
    command_line = sessions.parser(TABLE, __doc__)
    add = command_line.add_argument
    add("--runs", type=read_positive, default=500, metavar="N", help="in the site (default: %(default)s)")
    add("--repetitions", type=read_positive, default=3, metavar="N", help="of each build (default: %(default)s)")
    return command_line


class Runs:
    """Synthetic run directories: one that was reported on, and others like it with other dates and ratios."""

    def __init__(self, folder: Path, count: int) -> None:
        """Write so many of them."""
        self.folder, self.count = folder, count
        self._draw = random.Random(1)
        self._one = folder / "one"
        synthetic_runs.write(self._one, BLOCKS)
        end = child_process.run([sys.executable, "-m", "harness", "report", self._one], environment(None))
        if end.failed is not None:
            message = f"The report of a synthetic run failed: {end.failed}"
            raise UsageError(message)
        self._experiment = json.loads((self._one / EXPERIMENT).read_bytes())
        self._contrasts = json.loads((self._one / CONTRASTS).read_bytes())
        for number in range(count):
            self.add(number)

    @property
    def results(self) -> Path:
        """Where they are."""
        return self.folder / "results"

    def add(self, number: int) -> Path:
        """Write one of them: a day later than the one before, each ratio moved a little."""
        run = self.results / f"run-{number:05}"
        run.mkdir(parents=True)
        for file in self._one.iterdir():
            if file.name not in (EXPERIMENT, CONTRASTS, TRIALS):
                os.link(file, run / file.name)
        version = f"3.13.{number * PATCHES // self.count}"
        arms = [{**arm, "build": {**arm["build"], "version": version}} for arm in self._experiment["arms"]]
        experiment = {**self._experiment, "arms": arms, "started_at": (FIRST + timedelta(days=number)).isoformat()}
        experiment.pop("crc32")  # that of the one it was made from
        (run / EXPERIMENT).write_bytes(sealed_document(msgspec.json.encode(experiment)))
        (run / CONTRASTS).write_text(json.dumps([*map(self._moved, self._contrasts)]), encoding="utf-8")
        return run

    def _moved(self, contrast: dict[str, Any]) -> dict[str, Any]:
        factor = self._draw.lognormvariate(0.0, 0.03)
        return {**contrast, **{name: factor * contrast[name] for name in ("ratio", "low", "high")}}


def _steps(runs: Runs, number: int) -> Iterator[tuple[str, Callable[[], Measurement]]]:
    """Each builds on the one before, so their order is not random."""
    out = runs.folder / f"site-{number}"
    yield STEPS[0], _build(runs, out)
    yield STEPS[1], _build(runs, out)
    added = runs.add(runs.count)
    yield STEPS[2], _build(runs, out)
    shutil.rmtree(added)
    shutil.rmtree(out)


def _build(runs: Runs, out: Path) -> Callable[[], Measurement]:
    def run() -> Measurement:
        words = ["-m", "harness", "site", "--results", str(runs.results), "--out", str(out)]
        end = child_process.run([sys.executable, *words], environment(None))
        written = end.output.rpartition(", ")[2].partition(" file")[0]  # "12 of 900"
        kept = {"cpu_seconds": end.cpu_seconds, "peak_rss_bytes": end.peak_rss_bytes, "written": written}
        return Measurement(end.elapsed_seconds, end.elapsed_seconds, kept, end.failed)

    return run


def table(measurements: Mapping[str, Sequence[Measurement]]) -> str:
    """Return wall and CPU seconds, files and peak memory, one line for each step."""
    rows = []
    for step, repetitions in measurements.items():
        if repetitions:
            peak = spread([repetition.raw["peak_rss_bytes"] / 1e6 for repetition in repetitions], 0)
            seconds = spread([repetition.seconds for repetition in repetitions], 2)
            cpu = spread([repetition.raw["cpu_seconds"] for repetition in repetitions], 2)
            rows.append((step, seconds, cpu, repetitions[0].raw["written"], peak))
    return markdown_table.table(
        ("what", "seconds, median [range]", "CPU seconds", "files written", "peak memory, MB"), rows
    )
